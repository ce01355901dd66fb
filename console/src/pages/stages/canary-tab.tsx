/** A canary: a share of the stage's calls goes to another deployment until it is promoted or deleted. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { KeyValueEditor, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { changedPatches, mapPatches, type Patch, replaced } from '../../shared/map-patches.ts';
import { tellSuccess } from '../../shell/flash.tsx';
import { patchStage, type StageTabProps } from './stage-calls.ts';

export function CanaryTab(props: StageTabProps) {
  return props.stage.canarySettings === undefined ? <NoCanary {...props} /> : <Canary {...props} />;
}

function NoCanary(props: StageTabProps) {
  const [isCreating, setCreating] = useState(false);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="With a canary the next deployment goes to a share of the calls first."
          actions={
            <Button variant="primary" onClick={() => setCreating(true)}>
              Create canary
            </Button>
          }
        >
          Canary
        </Header>
      }
    >
      <Box color="text-body-secondary">All calls go to deployment {props.stage.deploymentId}.</Box>
      {isCreating && <CreateCanary {...props} onDismiss={() => setCreating(false)} />}
    </Container>
  );
}

function CreateCanary({ onDismiss, ...props }: StageTabProps & { onDismiss: () => void }) {
  const [percent, setPercent] = useState('10');
  const [sharesCache, setSharesCache] = useState(false);
  const [pairs, setPairs] = useState<readonly (readonly [string, string])[]>([]);
  return (
    <FormModal
      title="Create canary"
      submitText="Create canary"
      onDismiss={onDismiss}
      onSubmit={async () => {
        await patchStage(props, [
          replaced('/canarySettings/percentTraffic', percent),
          replaced('/canarySettings/useStageCache', sharesCache),
          ...mapPatches('/canarySettings/stageVariableOverrides', undefined, mapOf(pairs)),
        ]);
        tellSuccess('Canary created. The next deployment to this stage goes to it.');
      }}
    >
      <CanaryFields {...{ percent, setPercent, sharesCache, setSharesCache, pairs, setPairs }} />
    </FormModal>
  );
}

interface CanaryFieldsProps {
  readonly percent: string;
  readonly setPercent: (percent: string) => void;
  readonly sharesCache: boolean;
  readonly setSharesCache: (sharesCache: boolean) => void;
  readonly pairs: readonly (readonly [string, string])[];
  readonly setPairs: (pairs: readonly (readonly [string, string])[]) => void;
}

function CanaryFields({ percent, setPercent, sharesCache, setSharesCache, pairs, setPairs }: CanaryFieldsProps) {
  return (
    <SpaceBetween size="m">
      <TextField label="Percentage of requests to canary" hint="0 to 100." value={percent} onChange={setPercent} />
      <SwitchField
        label="Stage cache"
        description="The canary answers from the stage's cache instead of one of its own."
        value={sharesCache}
        onChange={setSharesCache}
      />
      <KeyValueEditor
        pairs={pairs}
        onChange={setPairs}
        addLabel="Add canary variable"
        empty="The canary has the stage's variables."
        keyLabel="Canary variable"
        valueLabel="Canary value"
      />
    </SpaceBetween>
  );
}

function Canary(props: StageTabProps) {
  const canary = props.stage.canarySettings!;
  const [dialog, setDialog] = useState<'promote' | 'delete'>();
  const saved = {
    percent: String(canary.percentTraffic ?? 0),
    sharesCache: canary.useStageCache ?? false,
    pairs: pairsOf(canary.stageVariableOverrides),
  };
  const draft = useDraft(saved);
  const { value, set } = draft;
  const close = (): void => setDialog(undefined);
  const save = (): Promise<unknown> =>
    patchStage(props, [
      ...changedPatches(
        { percent: '/canarySettings/percentTraffic', sharesCache: '/canarySettings/useStageCache' },
        saved,
        value,
      ),
      ...mapPatches('/canarySettings/stageVariableOverrides', canary.stageVariableOverrides, mapOf(value.pairs)),
    ]);
  return (
    <>
      <EditPanel
        title="Canary"
        draft={draft}
        save={save}
        saved="Canary saved."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" onClick={() => setDialog('delete')}>
              Delete canary
            </Button>
            <Button formAction="none" onClick={() => setDialog('promote')}>
              Promote canary
            </Button>
          </SpaceBetween>
        }
      >
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Canary deployment', value: canary.deploymentId },
            { label: 'Stage deployment', value: props.stage.deploymentId },
            { label: 'Requests to canary', value: `${canary.percentTraffic ?? 0} %` },
            { label: 'Requests to stage', value: `${100 - (canary.percentTraffic ?? 0)} %` },
          ]}
        />
        <CanaryFields
          percent={value.percent}
          setPercent={(percent) => set({ percent })}
          sharesCache={value.sharesCache}
          setSharesCache={(sharesCache) => set({ sharesCache })}
          pairs={value.pairs}
          setPairs={(pairs) => set({ pairs: [...pairs] })}
        />
      </EditPanel>
      {dialog === 'promote' && <PromoteDialog {...props} onDismiss={close} />}
      {dialog === 'delete' && (
        <ConfirmDelete
          title="Delete canary?"
          run={async () => {
            await patchStage(props, [{ op: 'remove', path: '/canarySettings' }]);
            tellSuccess('Canary deleted.');
          }}
          close={close}
        >
          All calls go to the stage's deployment again.
        </ConfirmDelete>
      )}
    </>
  );
}

/** As the guide has it: the deployment, the variables, and whether all calls go to the stage again (row CON-08). */
function PromoteDialog({ onDismiss, ...props }: StageTabProps & { onDismiss: () => void }) {
  const { stage } = props;
  const canary = stage.canarySettings!;
  const [takesDeployment, setTakesDeployment] = useState(true);
  const [takesVariables, setTakesVariables] = useState(true);
  const [resets, setResets] = useState(true);
  const hasVariables = Object.keys(canary.stageVariableOverrides ?? {}).length > 0;
  const patches: Patch[] = [
    ...(takesDeployment ? [{ op: 'copy', from: '/canarySettings/deploymentId', path: '/deploymentId' } as const] : []),
    ...(takesVariables && hasVariables
      ? [{ op: 'copy', from: '/canarySettings/stageVariableOverrides', path: '/variables' } as const]
      : []),
    ...(resets ? [replaced('/canarySettings/percentTraffic', '0.0')] : []),
  ];
  return (
    <FormModal
      title="Promote canary"
      submitText="Promote canary"
      isDisabled={patches.length === 0}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await patchStage(props, patches);
        tellSuccess('Canary promoted.');
      }}
    >
      <SwitchField
        label="Update stage with canary deployment"
        description={`The stage gets deployment ${canary.deploymentId}.`}
        value={takesDeployment}
        onChange={setTakesDeployment}
      />
      <SwitchField
        label="Update stage variables with canary variables"
        value={takesVariables && hasVariables}
        isDisabled={!hasVariables}
        onChange={setTakesVariables}
      />
      <SwitchField label="Set canary percentage to 0 %" value={resets} onChange={setResets} />
    </FormModal>
  );
}
