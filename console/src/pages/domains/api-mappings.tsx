/** Which base path of a domain leads to which stage. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useAllApis } from '../apis/all-apis.ts';
import { StageChoice } from './stage-choice.tsx';

export function ApiMappings({ domainName }: { domainName: string }) {
  const { data, error } = useItems('apigatewayv2', 'GetApiMappings', { DomainName: domainName });
  const { apis = [] } = useAllApis();
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'add' | 'remove'>();
  const chosen = data?.find(({ ApiMappingId }) => ApiMappingId === selected);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="API mappings"
        level="h2"
        items={data}
        error={error}
        idOf={({ ApiMappingId }) => ApiMappingId!}
        selected={chosen}
        onSelect={(mapping) => select(mapping?.ApiMappingId)}
        columns={[
          {
            title: 'Path',
            cell: ({ ApiMappingKey }) => ApiMappingKey || '(all)',
            text: ({ ApiMappingKey }) => ApiMappingKey ?? '',
          },
          {
            title: 'API',
            cell: ({ ApiId }) => `${apis.find(({ id }) => id === ApiId)?.name ?? '?'} (${ApiId})`,
            text: ({ ApiId }) => ApiId!,
          },
          { title: 'Stage', cell: ({ Stage }) => Stage ?? '-', text: ({ Stage }) => Stage ?? '' },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('remove')}>
              Remove
            </Button>
            <Button variant="primary" onClick={() => setDialog('add')}>
              Add mapping
            </Button>
          </SpaceBetween>
        }
        empty="No path leads anywhere yet."
      />
      {dialog === 'add' && <AddMappingDialog domainName={domainName} onDismiss={close} />}
      {dialog === 'remove' && chosen && (
        <ConfirmDelete
          title={`Remove the mapping of ${chosen.ApiMappingKey || '(all)'}?`}
          action="Remove"
          run={() =>
            call('apigatewayv2', 'DeleteApiMapping', { DomainName: domainName, ApiMappingId: chosen.ApiMappingId! })
          }
          close={close}
        >
          Requests below this path are refused, or go to a shorter one.
        </ConfirmDelete>
      )}
    </>
  );
}

function AddMappingDialog({ domainName, onDismiss }: { domainName: string; onDismiss: () => void }) {
  const [where, setWhere] = useState({ apiId: '', stage: '' });
  const [key, setKey] = useState('');
  return (
    <FormModal
      title="Add mapping"
      submitText="Add mapping"
      isDisabled={where.stage === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await call('apigatewayv2', 'CreateApiMapping', {
          ...{ DomainName: domainName, ApiId: where.apiId, Stage: where.stage },
          ...(key !== '' && { ApiMappingKey: key }),
        });
        tellSuccess('Mapping added.');
      }}
    >
      <StageChoice value={where} onChange={setWhere} />
      <TextField
        label="Path - optional"
        hint="Several segments if you like; empty for every path."
        placeholder="orders/v2"
        value={key}
        onChange={setKey}
      />
    </FormModal>
  );
}
