/** Which path of a domain leads to which stage: the table of both kinds of mappings. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useAllApis } from '../apis/all-apis.ts';
import { type ChosenStage, StageChoice } from './stage-choice.tsx';

export interface ShownMapping {
  readonly id: string;
  /** As people read it, `(all)` for every path. */
  readonly path: string;
  readonly apiId: string;
  readonly stage: string;
}

export interface MappingsProps {
  readonly mappings: readonly ShownMapping[] | undefined;
  readonly error: unknown;
  /** What a path may be. */
  readonly pathHint: string;
  readonly onlyRest?: boolean;
  /** An empty path stands for every path. */
  add(where: ChosenStage, path: string): Promise<unknown>;
  remove(id: string): Promise<unknown>;
}

export function Mappings(props: MappingsProps) {
  const { mappings, error, remove } = props;
  const { apis = [] } = useAllApis();
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'add' | 'remove'>();
  const chosen = mappings?.find(({ id }) => id === selected);
  const nameOf = (apiId: string): string => `${apis.find(({ id }) => id === apiId)?.name ?? '?'} (${apiId})`;
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="API mappings"
        level="h2"
        items={mappings}
        error={error}
        idOf={({ id }) => id}
        selected={chosen}
        onSelect={(mapping) => select(mapping?.id)}
        columns={[
          { title: 'Path', cell: ({ path }) => path, text: ({ path }) => path },
          { title: 'API', cell: ({ apiId }) => nameOf(apiId), text: ({ apiId }) => nameOf(apiId) },
          { title: 'Stage', cell: ({ stage }) => stage || '-', text: ({ stage }) => stage },
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
      {dialog === 'add' && <AddMappingDialog {...props} onDismiss={close} />}
      {dialog === 'remove' && chosen && (
        <ConfirmDelete
          title={`Remove the mapping of ${chosen.path}?`}
          action="Remove"
          run={() => remove(chosen.id)}
          close={close}
        >
          Requests below this path are refused, or go to a shorter one.
        </ConfirmDelete>
      )}
    </>
  );
}

function AddMappingDialog({ add, pathHint, onlyRest = false, onDismiss }: MappingsProps & { onDismiss: () => void }) {
  const [where, setWhere] = useState<ChosenStage>({ apiId: '', stage: '' });
  const [path, setPath] = useState('');
  return (
    <FormModal
      title="Add mapping"
      submitText="Add mapping"
      isDisabled={where.stage === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await add(where, path);
        tellSuccess('Mapping added.');
      }}
    >
      <StageChoice onlyRest={onlyRest} value={where} onChange={setWhere} />
      <TextField label="Path - optional" hint={pathHint} value={path} onChange={setPath} />
    </FormModal>
  );
}
