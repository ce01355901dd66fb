/** The keys of a usage plan. */
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { ChoiceField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { hrefOf } from '../../shell/router.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import type { UsagePlan } from './plan-fields.tsx';

export function PlanKeys({ plan }: { plan: UsagePlan }) {
  const usagePlanId = plan.id!;
  const { data, error } = useItems('apigateway', 'GetUsagePlanKeys', { usagePlanId });
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'add' | 'create' | 'remove'>();
  const chosen = data?.find(({ id }) => id === selected);
  const close = (): void => setDialog(undefined);
  const add = (keyId: string): Promise<unknown> =>
    call('apigateway', 'CreateUsagePlanKey', { usagePlanId, keyId, keyType: 'API_KEY' });
  return (
    <>
      <ItemTable
        title="Associated API keys"
        level="h2"
        items={data}
        error={error}
        idOf={({ id }) => id!}
        selected={chosen}
        onSelect={(key) => select(key?.id)}
        columns={[
          {
            title: 'Name',
            cell: ({ id, name }) => <Link href={hrefOf(`/api-keys/${id}`)}>{name || id}</Link>,
            text: ({ name }) => name ?? '',
          },
          { title: 'ID', cell: ({ id }) => id, text: ({ id }) => id! },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('remove')}>
              Remove
            </Button>
            <Button onClick={() => setDialog('create')}>Create and add API key</Button>
            <Button variant="primary" onClick={() => setDialog('add')}>
              Add API key
            </Button>
          </SpaceBetween>
        }
        empty="This plan has no key yet."
      />
      {dialog === 'add' && <AddKeyDialog onAdd={add} onDismiss={close} />}
      {dialog === 'create' && <CreateKeyDialog onDismiss={close} onCreated={add} />}
      {dialog === 'remove' && chosen && (
        <ConfirmDelete
          title={`Remove API key ${chosen.name || chosen.id}?`}
          action="Remove"
          run={() => call('apigateway', 'DeleteUsagePlanKey', { usagePlanId, keyId: chosen.id! })}
          close={close}
        >
          The key stays, but no longer opens the plan's stages.
        </ConfirmDelete>
      )}
    </>
  );
}

function AddKeyDialog({ onAdd, onDismiss }: { onAdd: (keyId: string) => Promise<unknown>; onDismiss: () => void }) {
  const keys = useItems('apigateway', 'GetApiKeys', {});
  const [keyId, setKeyId] = useState('');
  return (
    <FormModal
      title="Add API key"
      submitText="Add"
      isDisabled={keyId === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await onAdd(keyId);
        tellSuccess('API key added.');
      }}
    >
      <ChoiceField
        label="API key"
        value={keyId}
        onChange={setKeyId}
        options={(keys.data ?? []).map(({ id, name }) => ({ value: id!, label: name ? `${name} (${id})` : id! }))}
      />
    </FormModal>
  );
}
