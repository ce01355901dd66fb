/** One API key: its value, whether it is active, and the usage plans that let it in. */
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useItems, useOperation } from '../../client/queries.ts';
import { CopyText } from '../../shared/copy-text.tsx';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { changedPatches } from '../../shared/map-patches.ts';
import { Refusal } from '../../shared/refusal.tsx';
import { shownTime } from '../../shared/shown-time.ts';
import { tellSuccess } from '../../shell/flash.tsx';
import { useParam } from '../../shell/page-context.ts';
import { hrefOf } from '../../shell/router.ts';

type Key = Output<'apigateway', 'GetApiKey'>;

export default function ApiKeyPage() {
  const apiKey = useParam('keyId');
  const { data: key, error } = useOperation('apigateway', 'GetApiKey', { apiKey });
  return (
    <ContentLayout header={<Header variant="h1">{key?.name ?? 'API key'}</Header>}>
      <Refusal error={error} />
      {key && (
        <SpaceBetween size="l">
          <KeyDetails apiKey={key} />
          <KeySettings apiKey={key} />
          <KeyPlans keyId={apiKey} />
        </SpaceBetween>
      )}
    </ContentLayout>
  );
}

function KeyDetails({ apiKey: { id, createdDate, lastUpdatedDate } }: { apiKey: Key }) {
  const [isShown, show] = useState(false);
  const { data, error } = useOperation(
    'apigateway',
    'GetApiKey',
    { apiKey: id!, includeValue: true },
    { enabled: isShown },
  );
  const value = isShown && data?.value;
  return (
    <Container header={<Header variant="h2">Details</Header>}>
      <Refusal error={error} />
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'ID', value: <CopyText text={id!} label="Copy id" /> },
          {
            label: 'API key',
            value: value ? (
              <CopyText text={value} label="Copy API key" />
            ) : (
              <Button onClick={() => show(true)}>Show</Button>
            ),
          },
          { label: 'Created', value: shownTime(createdDate) },
          { label: 'Last updated', value: shownTime(lastUpdatedDate) },
        ]}
      />
    </Container>
  );
}

function KeySettings({ apiKey: key }: { apiKey: Key }) {
  const saved = { name: key.name ?? '', description: key.description ?? '', enabled: key.enabled ?? false };
  const draft = useDraft(saved);
  const { value, set } = draft;
  const paths = { name: '/name', description: '/description', enabled: '/enabled' } as const;
  return (
    <EditPanel
      title="Settings"
      draft={draft}
      save={() =>
        call('apigateway', 'UpdateApiKey', { apiKey: key.id!, patchOperations: changedPatches(paths, saved, value) })
      }
      saved="API key saved."
    >
      <TextField label="Name" value={value.name} onChange={(name) => set({ name })} />
      <TextField label="Description" value={value.description} onChange={(description) => set({ description })} />
      <SwitchField label="Active" value={value.enabled} onChange={(enabled) => set({ enabled })} />
    </EditPanel>
  );
}

function KeyPlans({ keyId }: { keyId: string }) {
  const { data, error } = useItems('apigateway', 'GetUsagePlans', { keyId });
  const all = useItems('apigateway', 'GetUsagePlans', {});
  const [isAdding, setAdding] = useState(false);
  const [usagePlanId, setUsagePlanId] = useState('');
  return (
    <>
      <ItemTable
        title="Usage plans"
        level="h2"
        items={data}
        error={error}
        idOf={({ id }) => id!}
        columns={[
          {
            title: 'Name',
            cell: ({ id, name }) => <Link href={hrefOf(`/usage-plans/${id}`)}>{name}</Link>,
            text: ({ name }) => name!,
          },
          { title: 'ID', cell: ({ id }) => id, text: ({ id }) => id! },
        ]}
        actions={<Button onClick={() => setAdding(true)}>Add to usage plan</Button>}
        empty="No usage plan has this key: it opens nothing."
      />
      {isAdding && (
        <FormModal
          title="Add to usage plan"
          submitText="Add"
          isDisabled={usagePlanId === ''}
          onDismiss={() => setAdding(false)}
          onSubmit={async () => {
            await call('apigateway', 'CreateUsagePlanKey', { usagePlanId, keyId, keyType: 'API_KEY' });
            tellSuccess('Added to the usage plan.');
          }}
        >
          <ChoiceField
            label="Usage plan"
            value={usagePlanId}
            onChange={setUsagePlanId}
            options={(all.data ?? []).map(({ id, name }) => ({ value: id!, label: name! }))}
          />
        </FormModal>
      )}
    </>
  );
}
