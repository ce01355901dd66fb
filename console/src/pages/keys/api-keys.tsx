/** The API keys of the account: made, brought in from a file, deleted. */
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { shownTime } from '../../shared/shown-time.ts';
import { tellSuccess } from '../../shell/flash.tsx';
import { hrefOf } from '../../shell/router.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { ImportKeysDialog } from './import-keys-dialog.tsx';

export default function ApiKeys() {
  const { data, error } = useItems('apigateway', 'GetApiKeys', {});
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'import' | 'delete'>();
  const chosen = data?.find(({ id }) => id === selected);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="API keys"
        description="A method that requires an API key lets in the keys of the usage plans its stage belongs to."
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
          {
            title: 'Status',
            cell: ({ enabled }) => (
              <StatusIndicator type={enabled ? 'success' : 'stopped'}>
                {enabled ? 'Active' : 'Inactive'}
              </StatusIndicator>
            ),
          },
          {
            title: 'Description',
            cell: ({ description }) => description || '-',
            text: ({ description }) => description ?? '',
          },
          {
            title: 'Created',
            cell: ({ createdDate }) => shownTime(createdDate),
            text: ({ createdDate }) => String(createdDate ?? 0),
          },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button onClick={() => setDialog('import')}>Import API keys</Button>
            <Button variant="primary" onClick={() => setDialog('create')}>
              Create API key
            </Button>
          </SpaceBetween>
        }
        empty="There is no API key yet."
      />
      {dialog === 'create' && <CreateKeyDialog onDismiss={close} />}
      {dialog === 'import' && <ImportKeysDialog onDismiss={close} />}
      {dialog === 'delete' && chosen && (
        <ConfirmDelete
          title={`Delete API key ${chosen.name || chosen.id}?`}
          run={async () => {
            await call('apigateway', 'DeleteApiKey', { apiKey: chosen.id! });
            tellSuccess('API key deleted.');
          }}
          close={close}
        >
          Callers that use it are refused at once.
        </ConfirmDelete>
      )}
    </>
  );
}
