/** The same for edge-optimized and private domains, which lead to REST APIs by one segment. */
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
import { StageChoice } from './stage-choice.tsx';

interface DomainKey {
  readonly domainName: string;
  readonly domainNameId?: string;
}

export function BasePathMappings(domain: DomainKey) {
  const { data, error } = useItems('apigateway', 'GetBasePathMappings', domain);
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'add' | 'remove'>();
  const chosen = data?.find(({ basePath }) => basePath === selected);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="API mappings"
        level="h2"
        items={data}
        error={error}
        idOf={({ basePath }) => basePath!}
        selected={chosen}
        onSelect={(mapping) => select(mapping?.basePath)}
        columns={[
          { title: 'Path', cell: ({ basePath }) => basePath, text: ({ basePath }) => basePath! },
          { title: 'API', cell: ({ restApiId }) => restApiId, text: ({ restApiId }) => restApiId! },
          { title: 'Stage', cell: ({ stage }) => stage ?? '-' },
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
      {dialog === 'add' && <AddDialog domain={domain} onDismiss={close} />}
      {dialog === 'remove' && chosen && (
        <ConfirmDelete
          title={`Remove the mapping of ${chosen.basePath}?`}
          action="Remove"
          run={() => call('apigateway', 'DeleteBasePathMapping', { ...domain, basePath: chosen.basePath! })}
          close={close}
        >
          Requests below this path are refused.
        </ConfirmDelete>
      )}
    </>
  );
}

function AddDialog({ domain, onDismiss }: { domain: DomainKey; onDismiss: () => void }) {
  const [where, setWhere] = useState({ apiId: '', stage: '' });
  const [basePath, setBasePath] = useState('');
  return (
    <FormModal
      title="Add mapping"
      submitText="Add mapping"
      isDisabled={where.stage === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await call('apigateway', 'CreateBasePathMapping', {
          ...{ ...domain, restApiId: where.apiId, stage: where.stage },
          ...(basePath !== '' && { basePath }),
        });
        tellSuccess('Mapping added.');
      }}
    >
      <StageChoice onlyRest value={where} onChange={setWhere} />
      <TextField
        label="Path - optional"
        hint="One segment; empty for every path."
        value={basePath}
        onChange={setBasePath}
      />
    </FormModal>
  );
}
