import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';

export interface CreateKeyDialogProps {
  readonly onDismiss: () => void;
  /** What else is to be done with the new key, before the dialog closes. */
  readonly onCreated?: (keyId: string) => Promise<unknown>;
}

/** A key whose value is made here, or chosen. */
export function CreateKeyDialog({ onDismiss, onCreated }: CreateKeyDialogProps) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [kind, setKind] = useState('auto');
  const [value, setValue] = useState('');
  return (
    <FormModal
      title="Create API key"
      submitText="Create API key"
      isDisabled={name === '' || (kind === 'custom' && value === '')}
      onDismiss={onDismiss}
      onSubmit={async () => {
        const { id } = await call('apigateway', 'CreateApiKey', {
          ...{ name, description, enabled: true },
          ...(kind === 'custom' && { value }),
        });
        await onCreated?.(id!);
        tellSuccess(`API key ${name} created.`);
      }}
    >
      <TextField label="Name" value={name} onChange={setName} />
      <TextField label="Description" value={description} onChange={setDescription} />
      <FormField label="API key">
        <RadioGroup
          value={kind}
          onChange={({ detail }) => setKind(detail.value)}
          items={[
            { value: 'auto', label: 'Auto generate' },
            { value: 'custom', label: 'Custom', description: 'At least 20 characters.' },
          ]}
        />
      </FormField>
      {kind === 'custom' && <TextField label="API key value" value={value} onChange={setValue} />}
    </FormModal>
  );
}
