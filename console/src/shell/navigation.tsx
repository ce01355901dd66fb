/** The side: everything the account has, and beside an API its own pages. */
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import { hrefOf } from './router.ts';

export type ApiKind = 'rest' | 'http' | 'websocket';

export const kindNames: Readonly<Record<ApiKind, string>> = { rest: 'REST', http: 'HTTP', websocket: 'WebSocket' };

type Item = readonly [text: string, path: string];

const accountItems: readonly Item[] = [
  ['APIs', '/apis'],
  ['Custom domain names', '/domain-names'],
  ['VPC links', '/vpc-links'],
  ['Usage plans', '/usage-plans'],
  ['API keys', '/api-keys'],
  ['Client certificates', '/client-certificates'],
  ['Settings', '/settings'],
];

const apiItems: Readonly<Record<ApiKind, readonly Item[]>> = {
  rest: [
    ['Resources', 'resources'],
    ['Stages', 'stages'],
    ['Authorizers', 'authorizers'],
    ['Gateway responses', 'gateway-responses'],
    ['Models', 'models'],
    ['Resource policy', 'resource-policy'],
    ['Documentation', 'documentation'],
    ['Dashboard', 'dashboard'],
    ['API settings', 'settings'],
  ],
  http: [
    ['Routes', 'routes'],
    ['Authorization', 'authorizers'],
    ['Integrations', 'integrations'],
    ['CORS', 'cors'],
    ['Stages', 'stages'],
    ['Dashboard', 'dashboard'],
    ['API settings', 'settings'],
  ],
  websocket: [
    ['Routes', 'routes'],
    ['Authorizers', 'authorizers'],
    ['Models', 'models'],
    ['Stages', 'stages'],
    ['Dashboard', 'dashboard'],
    ['API settings', 'settings'],
  ],
};

/** The first page of an API. */
export const apiHome = (kind: ApiKind, apiId: string): string => `/${kind}/${apiId}/${apiItems[kind][0]![1]}`;

export function Navigation({ path, api }: { path: string; api?: { kind: ApiKind; id: string; name: string } }) {
  const link = ([text, to]: Item): SideNavigationProps.Link => ({ type: 'link', text, href: hrefOf(to) });
  const own: SideNavigationProps.Item[] = api
    ? [
        {
          type: 'section-group',
          title: `${kindNames[api.kind]} API: ${api.name}`,
          items: apiItems[api.kind].map(([text, to]) => link([text, `/${api.kind}/${api.id}/${to}`])),
        },
        { type: 'divider' },
      ]
    : [];
  return (
    <SideNavigation
      header={{ text: 'Gatewright', href: hrefOf('/apis') }}
      activeHref={activeHref(path)}
      items={[link(accountItems[0]!), { type: 'divider' }, ...own, ...accountItems.slice(1).map(link)]}
    />
  );
}

/** Pages below a page keep its entry marked. */
function activeHref(path: string): string {
  const parts = path.split('/');
  return hrefOf(parts[1]! in apiItems ? parts.slice(0, 4).join('/') : `/${parts[1]}`);
}
