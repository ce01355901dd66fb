import { useState } from 'react';
import { call } from '../../client/call.ts';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import type { V2Stage } from './v2-calls.ts';

export interface V2DeployDialogProps {
  readonly apiId: string;
  readonly stages: readonly V2Stage[];
  readonly onDismiss: () => void;
  readonly onDeployed?: (stageName: string) => void;
}

/** Makes what was edited answer calls, on a stage that is not deployed to by itself. */
export function V2DeployDialog({ apiId, stages, onDismiss, onDeployed }: V2DeployDialogProps) {
  const manual = stages.filter(({ AutoDeploy }) => AutoDeploy !== true);
  const [stageName, setStageName] = useState(manual[0]?.StageName ?? '');
  const [description, setDescription] = useState('');
  return (
    <FormModal
      title="Deploy API"
      submitText="Deploy"
      isDisabled={stageName === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await call('apigatewayv2', 'CreateDeployment', {
          ...{ ApiId: apiId, StageName: stageName },
          ...(description !== '' && { Description: description }),
        });
        tellSuccess(`Deployed to stage ${stageName}.`);
        onDeployed?.(stageName);
      }}
    >
      <ChoiceField
        label="Stage"
        value={stageName}
        onChange={setStageName}
        options={manual.map(({ StageName }) => ({ value: StageName! }))}
        {...(manual.length === 0 && { hint: 'Every stage is deployed to automatically.' })}
      />
      <TextField label="Deployment description" value={description} onChange={setDescription} />
    </FormModal>
  );
}
