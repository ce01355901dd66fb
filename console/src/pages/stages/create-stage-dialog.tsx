/** A stage on a deployment that is there already. */
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { shownTime } from '../../shared/shown-time.ts';
import { tellSuccess } from '../../shell/flash.tsx';

export interface CreateStageDialogProps {
  readonly restApiId: string;
  readonly onDismiss: () => void;
  readonly onCreated: (stageName: string) => void;
}

export function CreateStageDialog({ restApiId, onDismiss, onCreated }: CreateStageDialogProps) {
  const deployments = useItems('apigateway', 'GetDeployments', { restApiId });
  const [stageName, setStageName] = useState('');
  const [description, setDescription] = useState('');
  const [deploymentId, setDeploymentId] = useState('');
  return (
    <FormModal
      title="Create stage"
      submitText="Create stage"
      isDisabled={stageName === '' || deploymentId === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await call('apigateway', 'CreateStage', { restApiId, stageName, deploymentId, description });
        tellSuccess(`Stage ${stageName} created.`);
        onCreated(stageName);
      }}
    >
      <TextField label="Stage name" value={stageName} onChange={setStageName} />
      <TextField label="Stage description" value={description} onChange={setDescription} />
      <ChoiceField
        label="Deployment"
        value={deploymentId}
        onChange={setDeploymentId}
        options={(deployments.data ?? []).map((each) => ({
          value: each.id!,
          label: `${each.id} · ${shownTime(each.createdDate)}`,
          ...(each.description && { description: each.description }),
        }))}
      />
    </FormModal>
  );
}
