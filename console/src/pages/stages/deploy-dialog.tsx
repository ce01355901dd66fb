/** Makes what was edited answer calls: a deployment to a stage that is there or to a new one. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useOperation } from '../../client/queries.ts';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import type { RestStage } from './stage-calls.ts';

export interface DeployDialogProps {
  readonly restApiId: string;
  readonly onDismiss: () => void;
  /** Told of the stage that has it now. */
  readonly onDeployed?: (stageName: string) => void;
}

const newStage = '[New Stage]';
const noStage = '[No Stage]';

export function DeployDialog({ restApiId, onDismiss, onDeployed }: DeployDialogProps) {
  const stages = useOperation('apigateway', 'GetStages', { restApiId });
  const [target, setTarget] = useState('');
  const [stageName, setStageName] = useState('');
  const [stageDescription, setStageDescription] = useState('');
  const [description, setDescription] = useState('');
  const known = (stages.data?.item ?? []).map((stage) => stage.stageName!);
  const canary = stages.data?.item?.find((stage) => stage.stageName === target)?.canarySettings;

  async function deploy(): Promise<void> {
    const about = description === '' ? {} : { description };
    if (target === noStage) {
      await call('apigateway', 'CreateDeployment', { restApiId, ...about });
      tellSuccess('Deployment created. No stage shows it yet.');
      return;
    }
    const name = target === newStage ? stageName : target;
    await call('apigateway', 'CreateDeployment', {
      ...{ restApiId, stageName: name, ...about },
      ...(target === newStage && stageDescription !== '' && { stageDescription }),
      // A stage with a canary gets its new deployment there; promoting it is a step of its own. What is not said again would be lost.
      ...(canary && { canarySettings: canaryAgain(canary) }),
    });
    tellSuccess(`Deployed to ${canary ? 'the canary of ' : ''}stage ${name}.`);
    onDeployed?.(name);
  }

  return (
    <FormModal
      title="Deploy API"
      submitText="Deploy"
      onSubmit={deploy}
      onDismiss={onDismiss}
      isDisabled={target === '' || (target === newStage && stageName === '')}
    >
      <ChoiceField
        label="Stage"
        description="Create or choose the stage that callers of the API reach."
        value={target}
        onChange={setTarget}
        options={[{ value: newStage }, ...known.map((value) => ({ value })), { value: noStage }]}
        {...(canary && { hint: 'This stage has a canary: the deployment goes to the canary.' })}
      />
      {target === newStage && (
        <SpaceBetween size="m">
          <TextField label="Stage name" value={stageName} onChange={setStageName} placeholder="prod" />
          <TextField label="Stage description" value={stageDescription} onChange={setStageDescription} />
        </SpaceBetween>
      )}
      <TextField label="Deployment description" value={description} onChange={setDescription} />
    </FormModal>
  );
}

function canaryAgain({
  percentTraffic = 0,
  useStageCache = false,
  stageVariableOverrides,
}: NonNullable<RestStage['canarySettings']>) {
  return { percentTraffic, useStageCache, ...(stageVariableOverrides && { stageVariableOverrides }) };
}
