/** The bar on top: whose account, which region, light or dark. */
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useQuery } from '@tanstack/react-query';
import { callerIdentity } from '../client/call.ts';
import { chooseRegion, devCredentials, signOut, useSession } from '../client/session.ts';
import { type Appearance, chooseAppearance, useAppearance } from './appearance.ts';
import { regions } from './regions.ts';
import { hrefOf, navigate } from './router.ts';

const appearances: readonly [Appearance, string][] = [
  ['system', 'As the system has it'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

export function TopBar() {
  const { credentials, region } = useSession();
  const appearance = useAppearance();
  const { data: caller } = useCaller();
  const isDev = credentials === devCredentials;
  return (
    <div id="top-bar">
      <TopNavigation
        identity={{ title: 'Gatewright', href: hrefOf('/apis'), logo: { src: hrefOf('/logo.svg'), alt: '' } }}
        i18nStrings={{ overflowMenuTriggerText: 'More', overflowMenuTitleText: 'All' }}
        utilities={[
          {
            type: 'menu-dropdown',
            iconName: 'settings',
            ariaLabel: 'Appearance',
            title: 'Appearance',
            items: appearances.map(([id, text]) => ({ id, text, itemType: 'checkbox', checked: id === appearance })),
            onItemClick: ({ detail }) => chooseAppearance(detail.id as Appearance),
          },
          {
            type: 'menu-dropdown',
            text: region,
            ariaLabel: `Region: ${region}`,
            items: regions.map((id) => ({ id, text: id, itemType: 'checkbox', checked: id === region })),
            onItemClick: ({ detail }) => {
              chooseRegion(detail.id);
              navigate('/apis');
            },
          },
          {
            type: 'menu-dropdown',
            text: caller ? `Account ${caller.account}` : 'Account',
            ...(caller && { description: caller.arn }),
            iconName: 'user-profile',
            items: [{ id: 'sign-out', text: isDev ? 'Sign in with keys' : 'Sign out' }],
            onItemClick: () => {
              if (!isDev) signOut();
              navigate('/sign-in');
            },
          },
        ]}
      />
    </div>
  );
}

/** The caller, or the refusal that says the keys are not believed here. */
export function useCaller() {
  const { credentials } = useSession();
  return useQuery({
    queryKey: ['caller', credentials.accessKeyId],
    queryFn: () => callerIdentity(),
    staleTime: 60_000,
    // What failed is not asked anew by the next widget that asks: whoever waits for the answer would be gone when it fails, and come back, in a circle.
    retryOnMount: false,
  });
}
