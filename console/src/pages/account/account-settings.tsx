/** What holds for all APIs of the account in this region. */
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { call } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useOperation } from '../../client/queries.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { TextField } from '../../shared/fields.tsx';
import { changedPatches } from '../../shared/map-patches.ts';
import { Refusal } from '../../shared/refusal.tsx';

export default function AccountSettings() {
  const { data: account, error } = useOperation('apigateway', 'GetAccount', {});
  return (
    <ContentLayout header={<Header variant="h1">Settings</Header>}>
      <Refusal error={error} />
      {account && (
        <SpaceBetween size="l">
          <LogRole account={account} />
          <Container header={<Header variant="h2">Account level throttling</Header>}>
            <KeyValuePairs
              columns={3}
              items={[
                { label: 'Rate', value: limitText(account.throttleSettings?.rateLimit, 'requests per second') },
                { label: 'Burst', value: limitText(account.throttleSettings?.burstLimit, 'requests') },
                { label: 'Features', value: account.features?.join(', ') || '-' },
              ]}
            />
          </Container>
        </SpaceBetween>
      )}
    </ContentLayout>
  );
}

const limitText = (value: number | undefined, unit: string): string =>
  value === undefined ? '-' : `${value.toLocaleString('en')} ${unit}`;

function LogRole({ account }: { account: Output<'apigateway', 'GetAccount'> }) {
  const saved = { role: account.cloudwatchRoleArn ?? '' };
  const draft = useDraft(saved);
  return (
    <EditPanel
      title="Logging"
      description="Stages of REST and WebSocket APIs write logs only when the account names a role for it."
      draft={draft}
      save={() =>
        call('apigateway', 'UpdateAccount', {
          patchOperations: changedPatches({ role: '/cloudwatchRoleArn' }, saved, draft.value),
        })
      }
      saved="Account settings saved."
    >
      <TextField
        label="CloudWatch log role ARN"
        placeholder="arn:aws:iam::000000000000:role/apigateway-logs"
        value={draft.value.role}
        onChange={(role) => draft.set({ role })}
      />
    </EditPanel>
  );
}
