/** The models of an API: JSON Schemas that bodies are held against and SDKs are made of. Both kinds of APIs that have them show them so. */
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CodeField } from '../../shared/code-field.tsx';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useQueryValue } from '../../shell/router.ts';

export interface ShownModel {
  /** What the calls name it by. */
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly description: string;
  readonly schema: string;
}

export interface ModelSource {
  readonly models: readonly ShownModel[] | undefined;
  readonly error: unknown;
  create(model: Omit<ShownModel, 'id'>): Promise<unknown>;
  update(id: string, changed: Pick<ShownModel, 'description' | 'schema'>): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  /** A mapping template to begin with. */
  template(id: string): Promise<string>;
}

export function ModelList({ source }: { source: ModelSource }) {
  const [name, setName] = useQueryValue('model');
  const [dialog, setDialog] = useState<'create' | 'delete'>();
  const chosen = source.models?.find((model) => model.name === name);
  const close = (): void => setDialog(undefined);
  return (
    <SpaceBetween size="l">
      <ItemTable
        title="Models"
        description="A model says in JSON Schema (draft 4) what a body looks like."
        items={source.models}
        error={source.error}
        idOf={(model) => model.name}
        selected={chosen}
        onSelect={(model) => setName(model?.name)}
        columns={[
          { title: 'Name', cell: (model) => model.name, text: (model) => model.name },
          { title: 'Content type', cell: ({ contentType }) => contentType, text: ({ contentType }) => contentType },
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
      {chosen && <ModelEditor key={chosen.name} source={source} model={chosen} />}
      {dialog === 'create' && <CreateModelDialog source={source} onDismiss={close} onCreated={setName} />}
      {dialog === 'delete' && chosen && (
        <ConfirmDelete
          title={`Delete model ${chosen.name}?`}
          run={async () => {
            await source.remove(chosen.id);
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

function ModelEditor({ source, model }: { source: ModelSource; model: ShownModel }) {
  const { id, name, schema, description } = model;
  const draft = useDraft({ schema, description });
  const [isShown, show] = useState(false);
  const template = useQuery({
    queryKey: ['model template', id, schema],
    queryFn: () => source.template(id),
    enabled: isShown,
  });
  return (
    <EditPanel
      title={name}
      draft={draft}
      save={() => source.update(id, draft.value)}
      saved={`Model ${name} saved.`}
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
        <SpaceBetween size="m">
          <Refusal error={template.error} />
          <CodeField label="Mapping template" value={template.data ?? ''} />
        </SpaceBetween>
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

interface CreateModelDialogProps {
  readonly source: ModelSource;
  readonly onDismiss: () => void;
  readonly onCreated: (name: string) => void;
}

function CreateModelDialog({ source, onDismiss, onCreated }: CreateModelDialogProps) {
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
        await source.create({ name, contentType, description, schema });
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
