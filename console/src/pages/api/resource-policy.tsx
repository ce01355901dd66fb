/** Who may call a REST API at all. */
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { call } from '../../client/call.ts';
import { useOperation } from '../../client/queries.ts';
import { useSession } from '../../client/session.ts';
import { CodeField } from '../../shared/code-field.tsx';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { replaced } from '../../shared/map-patches.ts';
import { Refusal } from '../../shared/refusal.tsx';
import { useParam } from '../../shell/page-context.ts';
import { policyExamples } from './policy-examples.ts';

export default function ResourcePolicy() {
  const restApiId = useParam('apiId');
  const { data: api, error } = useOperation('apigateway', 'GetRestApi', { restApiId });
  return (
    <ContentLayout header={<Header variant="h1">Resource policy</Header>}>
      <Refusal error={error} />
      {api && <PolicyEditor restApiId={restApiId} policy={readable(api.policy)} />}
    </ContentLayout>
  );
}

/** GetRestApi answers the policy with its quotes escaped, as text within text. */
function readable(policy: string | undefined): string {
  if (policy === undefined || policy === '') return '';
  for (const text of [policy, policy.replaceAll('\\"', '"').replaceAll('\\/', '/')]) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // The other form, then.
    }
  }
  return policy;
}

function PolicyEditor({ restApiId, policy }: { restApiId: string; policy: string }) {
  const { region } = useSession();
  const draft = useDraft({ policy });
  const example = (name: string): void => {
    const found = policyExamples.find((each) => each.name === name)!;
    const apiArn = `arn:aws:execute-api:${region}:*:${restApiId}`;
    draft.set({ policy: JSON.stringify(found.policy(apiArn), null, 2) });
  };
  return (
    <EditPanel
      title="Policy details"
      description="It acts with the next deployment. What it refuses, and why, stands in the log."
      draft={draft}
      save={() =>
        call('apigateway', 'UpdateRestApi', { restApiId, patchOperations: [replaced('/policy', draft.value.policy)] })
      }
      saved="Resource policy saved. It acts with the next deployment."
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button formAction="none" disabled={draft.value.policy === ''} onClick={() => draft.set({ policy: '' })}>
            Remove policy
          </Button>
          <ButtonDropdown
            items={policyExamples.map(({ name }) => ({ id: name, text: name }))}
            onItemClick={({ detail }) => example(detail.id)}
          >
            Use an example
          </ButtonDropdown>
        </SpaceBetween>
      }
    >
      <CodeField
        label="Resource policy"
        language="json"
        lines={18}
        value={draft.value.policy}
        onChange={(text) => draft.set({ policy: text })}
      />
    </EditPanel>
  );
}
