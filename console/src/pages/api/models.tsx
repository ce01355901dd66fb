/** The models of a REST API: JSON Schemas that bodies are held against and SDKs are made of. */
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call, type ItemOf } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useItems, useOperation } from '../../client/queries.ts';
import { CodeField } from '../../shared/code-field.tsx';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { changedPatches } from '../../shared/map-patches.ts';
import { Refusal } from '../../shared/refusal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useParam } from '../../shell/page-context.ts';
import { useQueryValue } from '../../shell/router.ts';

type Model = ItemOf<Output<'apigateway', 'GetModels'>>;

export default function Models() {
  const restApiId = useParam('apiId');
  const { data, error } = useItems('apigateway', 'GetModels', { restApiId });
  const [name, setName] = useQueryValue('model');
  const [dialog, setDialog] = useState<'create' | 'delete'>();
  const chosen = data?.find((model) => model.name === name);
  const close = (): void => setDialog(undefined);
  return (
    <SpaceBetween size="l">
      <ItemTable
        title="Models"
        description="A model says in JSON Schema (draft 4) what a body looks like."
        items={data}
        error={error}
        idOf={(model) => model.name!}
        selected={chosen}
        onSelect={(model) => setName(model?.name)}
        columns={[
          { title: 'Name', cell: (model) => model.name, text: (model) => model.name! },
          { title: 'Content type', cell: ({ contentType }) => contentType, text: ({ contentType }) => contentType! },
          {
            title: 'Description',
            cell: ({ description }) => description || '-',
            text: ({ description }) => description ?? '',
          },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setDialog('create')}>
              Create model
            </Button>
          </SpaceBetween>
        }
        empty="There is no model."
      />
      {chosen && <ModelEditor key={chosen.name} restApiId={restApiId} model={chosen} />}
      {dialog === 'create' && <CreateModelDialog restApiId={restApiId} onDismiss={close} onCreated={setName} />}
      {dialog === 'delete' && chosen && (
        <ConfirmDelete
          title={`Delete model ${chosen.name}?`}
          run={async () => {
            await call('apigateway', 'DeleteModel', { restApiId, modelName: chosen.name! });
            tellSuccess(`Model ${chosen.name} deleted.`);
          }}
          close={close}
        >
          A model that a method or another model uses stays.
        </ConfirmDelete>
      )}
    </SpaceBetween>
  );
}

function ModelEditor({ restApiId, model }: { restApiId: string; model: Model }) {
  const modelName = model.name!;
  const saved = { schema: model.schema ?? '', description: model.description ?? '' };
  const draft = useDraft(saved);
  const [isShown, show] = useState(false);
  const template = useOperation('apigateway', 'GetModelTemplate', { restApiId, modelName }, { enabled: isShown });
  const paths = { schema: '/schema', description: '/description' } as const;
  return (
    <EditPanel
      title={modelName}
      draft={draft}
      save={() =>
        call('apigateway', 'UpdateModel', {
          restApiId,
          modelName,
          patchOperations: changedPatches(paths, saved, draft.value),
        })
      }
      saved={`Model ${modelName} saved.`}
      actions={
        <Button formAction="none" onClick={() => show(!isShown)}>
          {isShown ? 'Hide mapping template' : 'Show mapping template'}
        </Button>
      }
    >
      <TextField
        label="Description"
        value={draft.value.description}
        onChange={(description) => draft.set({ description })}
      />
      <FormField label="Model schema" stretch>
        <CodeField
          label="Model schema"
          language="json"
          lines={12}
          value={draft.value.schema}
          onChange={(schema) => draft.set({ schema })}
        />
      </FormField>
      {isShown && (
        <>
          <Refusal error={template.error} />
          <CodeField label="Mapping template" value={template.data?.value ?? ''} />
        </>
      )}
    </EditPanel>
  );
}

const firstSchema = `{
  "$schema": "http://json-schema.org/draft-04/schema#",
  "type": "object",
  "properties": {
    "name": { "type": "string" }
  },
  "required": ["name"]
}`;

function CreateModelDialog({
  restApiId,
  onDismiss,
  onCreated,
}: {
  restApiId: string;
  onDismiss: () => void;
  onCreated: (name: string) => void;
}) {
  const [name, setName] = useState('');
  const [contentType, setContentType] = useState('application/json');
  const [description, setDescription] = useState('');
  const [schema, setSchema] = useState(firstSchema);
  return (
    <FormModal
      title="Create model"
      submitText="Create model"
      size="large"
      isDisabled={name === '' || contentType === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await call('apigateway', 'CreateModel', { restApiId, name, contentType, description, schema });
        tellSuccess(`Model ${name} created.`);
        onCreated(name);
      }}
    >
      <TextField label="Name" value={name} onChange={setName} hint="Letters and digits." />
      <TextField label="Content type" value={contentType} onChange={setContentType} />
      <TextField label="Description" value={description} onChange={setDescription} />
      <FormField label="Model schema" stretch>
        <CodeField label="Model schema" language="json" lines={10} value={schema} onChange={setSchema} />
      </FormField>
    </FormModal>
  );
}
