/** The documentation of a REST API: parts by what they describe, published in versions that stages carry. */
import Button from '@cloudscape-design/components/button';
import FileInput from '@cloudscape-design/components/file-input';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call, type ItemOf } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useItems, useOperation } from '../../client/queries.ts';
import { CodeField } from '../../shared/code-field.tsx';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { replaced } from '../../shared/map-patches.ts';
import { tellSuccess } from '../../shell/flash.tsx';
import { useParam } from '../../shell/page-context.ts';

type Part = ItemOf<Output<'apigateway', 'GetDocumentationParts'>>;
type Location = NonNullable<Part['location']>;

/** Which of a location's members each type takes (documenting-api-content-representation). */
const locationMembers: Readonly<Record<Location['type'], readonly ('path' | 'method' | 'statusCode' | 'name')[]>> = {
  API: [],
  AUTHORIZER: ['name'],
  MODEL: ['name'],
  RESOURCE: ['path'],
  METHOD: ['path', 'method'],
  PATH_PARAMETER: ['path', 'method', 'name'],
  QUERY_PARAMETER: ['path', 'method', 'name'],
  REQUEST_HEADER: ['path', 'method', 'name'],
  REQUEST_BODY: ['path', 'method'],
  RESPONSE: ['path', 'method', 'statusCode'],
  RESPONSE_HEADER: ['path', 'method', 'statusCode', 'name'],
  RESPONSE_BODY: ['path', 'method', 'statusCode'],
};
const types = Object.keys(locationMembers) as Location['type'][];
const labels = { path: 'Path', method: 'Method', statusCode: 'Status code', name: 'Name' } as const;

const locationText = ({ location: { path, method, statusCode, name } = { type: 'API' } }: Part): string =>
  [method, path, statusCode, name].filter(Boolean).join(' · ') || '-';

export default function Documentation() {
  const restApiId = useParam('apiId');
  const { data, error } = useItems('apigateway', 'GetDocumentationParts', { restApiId });
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'edit' | 'delete' | 'publish' | 'import'>();
  const chosen = data?.find(({ id }) => id === selected);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="Documentation parts"
        description="Exports with the extension documentation, and SDKs, carry what is published to their stage."
        items={data}
        error={error}
        idOf={({ id }) => id!}
        selected={chosen}
        onSelect={(part) => select(part?.id)}
        columns={[
          { title: 'Type', cell: ({ location }) => location?.type, text: ({ location }) => location?.type ?? '' },
          { title: 'Location', cell: locationText, text: locationText },
          {
            title: 'Properties',
            cell: ({ properties = '' }) => shortened(properties),
            text: ({ properties }) => properties ?? '',
          },
          { title: 'ID', cell: ({ id }) => id, text: ({ id }) => id! },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button disabled={chosen === undefined} onClick={() => setDialog('edit')}>
              Edit
            </Button>
            <Button onClick={() => setDialog('import')}>Import</Button>
            <Button onClick={() => setDialog('publish')}>Publish documentation</Button>
            <Button variant="primary" onClick={() => setDialog('create')}>
              Create documentation part
            </Button>
          </SpaceBetween>
        }
        empty="Nothing is documented yet."
      />
      {dialog === 'create' && <PartDialog restApiId={restApiId} onDismiss={close} />}
      {dialog === 'edit' && chosen && <PartDialog restApiId={restApiId} part={chosen} onDismiss={close} />}
      {dialog === 'publish' && <PublishDialog restApiId={restApiId} onDismiss={close} />}
      {dialog === 'import' && <ImportDialog restApiId={restApiId} onDismiss={close} />}
      {dialog === 'delete' && chosen && (
        <ConfirmDelete
          title={`Delete the documentation of ${chosen.location?.type} ${locationText(chosen)}?`}
          run={async () => {
            await call('apigateway', 'DeleteDocumentationPart', { restApiId, documentationPartId: chosen.id! });
            tellSuccess('Documentation part deleted.');
          }}
          close={close}
        >
          Versions that were published keep it.
        </ConfirmDelete>
      )}
    </>
  );
}

const shortened = (text: string): string => (text.length > 120 ? `${text.slice(0, 117)}...` : text);

function PartDialog({ restApiId, part, onDismiss }: { restApiId: string; part?: Part; onDismiss: () => void }) {
  const [location, setLocation] = useState<Location>(part?.location ?? { type: 'API' });
  const [properties, setProperties] = useState(part?.properties ?? '{\n  "description": ""\n}');
  const members = locationMembers[location.type];
  async function save(): Promise<void> {
    if (part !== undefined) {
      const patchOperations = [replaced('/properties', properties)];
      await call('apigateway', 'UpdateDocumentationPart', {
        restApiId,
        documentationPartId: part.id!,
        patchOperations,
      });
    } else {
      const given = members.filter((name) => (location[name] ?? '') !== '').map((name) => [name, location[name]]);
      await call('apigateway', 'CreateDocumentationPart', {
        ...{ restApiId, properties },
        location: { type: location.type, ...Object.fromEntries(given) },
      });
    }
    tellSuccess('Documentation part saved.');
  }
  return (
    <FormModal title="Documentation part" submitText="Save" size="large" onSubmit={save} onDismiss={onDismiss}>
      <ChoiceField
        label="Type"
        value={location.type}
        isDisabled={part !== undefined}
        onChange={(type) => setLocation({ type: type as Location['type'] })}
        options={types.map((value) => ({ value }))}
      />
      {members.map((name) => (
        <TextField
          key={name}
          label={labels[name]}
          value={location[name] ?? ''}
          isDisabled={part !== undefined}
          onChange={(value) => setLocation({ ...location, [name]: value })}
        />
      ))}
      <FormField label="Properties" description="JSON, as OpenAPI has it for this kind of thing." stretch>
        <CodeField label="Properties" language="json" lines={8} value={properties} onChange={setProperties} />
      </FormField>
    </FormModal>
  );
}

function PublishDialog({ restApiId, onDismiss }: { restApiId: string; onDismiss: () => void }) {
  const stages = useOperation('apigateway', 'GetStages', { restApiId });
  const [stageName, setStageName] = useState('');
  const [documentationVersion, setVersion] = useState('');
  const [description, setDescription] = useState('');
  return (
    <FormModal
      title="Publish documentation"
      submitText="Publish"
      isDisabled={documentationVersion === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await call('apigateway', 'CreateDocumentationVersion', {
          ...{ restApiId, documentationVersion },
          ...(stageName !== '' && { stageName }),
          ...(description !== '' && { description }),
        });
        tellSuccess(`Documentation version ${documentationVersion} published.`);
      }}
    >
      <ChoiceField
        label="Stage"
        value={stageName}
        onChange={setStageName}
        placeholder="None yet"
        options={(stages.data?.item ?? []).map((stage) => ({ value: stage.stageName! }))}
      />
      <TextField label="Version" placeholder="1.0.0" value={documentationVersion} onChange={setVersion} />
      <TextField label="Description" value={description} onChange={setDescription} />
    </FormModal>
  );
}

function ImportDialog({ restApiId, onDismiss }: { restApiId: string; onDismiss: () => void }) {
  const [text, setText] = useState('');
  const [mode, setMode] = useState<'merge' | 'overwrite'>('merge');
  return (
    <FormModal
      title="Import documentation"
      submitText="Import"
      size="large"
      isDisabled={text.trim() === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        const { ids = [], warnings = [] } = await call('apigateway', 'ImportDocumentationParts', {
          ...{ restApiId, mode, body: new TextEncoder().encode(text) },
        });
        tellSuccess([`${ids.length} documentation parts imported.`, ...warnings].join(' '));
      }}
    >
      <ChoiceField
        label="Mode"
        value={mode}
        onChange={(value) => setMode(value as typeof mode)}
        options={[
          { value: 'merge', label: 'Merge' },
          { value: 'overwrite', label: 'Overwrite' },
        ]}
      />
      <FormField
        label="OpenAPI document"
        description="Its x-amazon-apigateway-documentation, or what its own descriptions say."
        stretch
      >
        <SpaceBetween size="xs">
          <FileInput
            value={[]}
            accept=".json,.yaml,.yml"
            onChange={({ detail }) => void detail.value[0]?.text().then(setText)}
          >
            Choose file
          </FileInput>
          <CodeField label="OpenAPI document" language="yaml" lines={10} value={text} onChange={setText} />
        </SpaceBetween>
      </FormField>
    </FormModal>
  );
}
