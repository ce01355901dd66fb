/** The stages that a usage plan opens, and the limits of single methods within it. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems, useOperation } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { type Patch, patchSegment, replaced } from '../../shared/map-patches.ts';
import { tellSuccess } from '../../shell/flash.tsx';
import type { UsagePlan } from './plan-fields.tsx';

type PlanStage = NonNullable<UsagePlan['apiStages']>[number];

const patchPlan = (plan: UsagePlan, patchOperations: readonly Patch[]): Promise<unknown> =>
  call('apigateway', 'UpdateUsagePlan', { usagePlanId: plan.id!, patchOperations });

const idOf = ({ apiId, stage }: PlanStage): string => `${apiId}:${stage}`;

export function PlanStages({ plan }: { plan: UsagePlan }) {
  const apis = useItems('apigateway', 'GetRestApis', {});
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'add' | 'remove' | 'method'>();
  const stages = plan.apiStages ?? [];
  const chosen = stages.find((each) => idOf(each) === selected);
  const nameOf = (apiId: string | undefined): string => apis.data?.find(({ id }) => id === apiId)?.name ?? apiId!;
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="Associated stages"
        level="h2"
        items={stages}
        idOf={idOf}
        selected={chosen}
        onSelect={(stage) => select(stage && idOf(stage))}
        columns={[
          { title: 'API', cell: ({ apiId }) => nameOf(apiId), text: ({ apiId }) => nameOf(apiId) },
          { title: 'API ID', cell: ({ apiId }) => apiId, text: ({ apiId }) => apiId! },
          { title: 'Stage', cell: ({ stage }) => stage, text: ({ stage }) => stage! },
          {
            title: 'Method throttling',
            cell: ({ throttle = {} }) =>
              Object.entries(throttle)
                .map(
                  ([method, { rateLimit, burstLimit }]) =>
                    `${method}: ${rateLimit ?? '-'} per second, burst ${burstLimit ?? '-'}`,
                )
                .join('; ') || '-',
          },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('remove')}>
              Remove
            </Button>
            <Button disabled={chosen === undefined} onClick={() => setDialog('method')}>
              Configure method throttling
            </Button>
            <Button variant="primary" onClick={() => setDialog('add')}>
              Add stage
            </Button>
          </SpaceBetween>
        }
        empty="This plan opens no stage yet."
      />
      {dialog === 'add' && <AddStageDialog plan={plan} onDismiss={close} />}
      {dialog === 'method' && chosen && <MethodDialog plan={plan} stage={chosen} onDismiss={close} />}
      {dialog === 'remove' && chosen && (
        <ConfirmDelete
          title={`Remove stage ${chosen.stage} of ${nameOf(chosen.apiId)}?`}
          action="Remove"
          run={() => patchPlan(plan, [{ op: 'remove', path: '/apiStages', value: idOf(chosen) }])}
          close={close}
        >
          The plan's keys no longer open it.
        </ConfirmDelete>
      )}
    </>
  );
}

function AddStageDialog({ plan, onDismiss }: { plan: UsagePlan; onDismiss: () => void }) {
  const apis = useItems('apigateway', 'GetRestApis', {});
  const [restApiId, setRestApiId] = useState('');
  const [stage, setStage] = useState('');
  const stages = useOperation('apigateway', 'GetStages', { restApiId }, { enabled: restApiId !== '' });
  return (
    <FormModal
      title="Add stage"
      submitText="Add to usage plan"
      isDisabled={stage === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await patchPlan(plan, [{ op: 'add', path: '/apiStages', value: `${restApiId}:${stage}` }]);
        tellSuccess(`Stage ${stage} added.`);
      }}
    >
      <ChoiceField
        label="API"
        value={restApiId}
        onChange={(id) => {
          setRestApiId(id);
          setStage('');
        }}
        options={(apis.data ?? []).map(({ id, name }) => ({ value: id!, label: `${name} (${id})` }))}
      />
      <ChoiceField
        label="Stage"
        value={stage}
        onChange={setStage}
        isDisabled={restApiId === ''}
        options={(stages.data?.item ?? []).map(({ stageName }) => ({ value: stageName! }))}
      />
    </FormModal>
  );
}

function MethodDialog({ plan, stage, onDismiss }: { plan: UsagePlan; stage: PlanStage; onDismiss: () => void }) {
  const resources = useItems('apigateway', 'GetResources', { restApiId: stage.apiId!, embed: ['methods'] });
  const [method, setMethod] = useState('');
  const [rate, setRate] = useState('');
  const [burst, setBurst] = useState('');
  const methods = (resources.data ?? []).flatMap(({ path, resourceMethods = {} }) =>
    Object.keys(resourceMethods).map((verb) => ({ value: `${patchSegment(path!)}/${verb}`, label: `${verb} ${path}` })),
  );
  const path = `/apiStages/${idOf(stage)}/throttle/${method}`;
  return (
    <FormModal
      title="Method throttling"
      submitText="Save"
      isDisabled={method === '' || rate === '' || burst === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await patchPlan(plan, [replaced(`${path}/rateLimit`, rate), replaced(`${path}/burstLimit`, burst)]);
        tellSuccess('Method throttling saved.');
      }}
    >
      <ChoiceField label="Method" value={method} onChange={setMethod} options={methods} />
      <TextField label="Rate" value={rate} onChange={setRate} hint="Requests per second of each key." />
      <TextField label="Burst" value={burst} onChange={setBurst} />
    </FormModal>
  );
}
