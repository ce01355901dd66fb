import { useState } from 'react';
import { call } from '../../client/call.ts';
import { SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';

export interface V2CreateStageProps {
  readonly apiId: string;
  readonly onDismiss: () => void;
  readonly onCreated: (stageName: string) => void;
}

export function V2CreateStage({ apiId, onDismiss, onCreated }: V2CreateStageProps) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [isAutomatic, setAutomatic] = useState(true);
  return (
    <FormModal
      title="Create stage"
      submitText="Create stage"
      isDisabled={name === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await call('apigatewayv2', 'CreateStage', {
          ...{ ApiId: apiId, StageName: name, AutoDeploy: isAutomatic },
          ...(description !== '' && { Description: description }),
        });
        tellSuccess(`Stage ${name} created.`);
        onCreated(name);
      }}
    >
      <TextField label="Stage name" value={name} onChange={setName} hint="$default has no segment in the path." />
      <TextField label="Stage description" value={description} onChange={setDescription} />
      <SwitchField label="Automatic deployment" value={isAutomatic} onChange={setAutomatic} />
    </FormModal>
  );
}
