/** The usage plans of the account. */
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { hrefOf, navigate } from '../../shell/router.ts';
import { isComplete, newPlan, PlanFields, type UsagePlan } from './plan-fields.tsx';

const quotaText = ({ quota }: UsagePlan): string =>
  quota === undefined ? 'No quota' : `${quota.limit} per ${quota.period?.toLowerCase()}`;
const rateText = ({ throttle }: UsagePlan): string =>
  throttle === undefined ? 'No limit' : `${throttle.rateLimit ?? '-'} per second, burst ${throttle.burstLimit ?? '-'}`;

export default function UsagePlans() {
  const { data, error } = useItems('apigateway', 'GetUsagePlans', {});
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'delete'>();
  const chosen = data?.find(({ id }) => id === selected);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="Usage plans"
        description="A usage plan says which keys may call which stages, how fast and how often."
        items={data}
        error={error}
        idOf={({ id }) => id!}
        selected={chosen}
        onSelect={(plan) => select(plan?.id)}
        columns={[
          {
            title: 'Name',
            cell: ({ id, name }) => <Link href={hrefOf(`/usage-plans/${id}`)}>{name}</Link>,
            text: ({ name }) => name!,
          },
          { title: 'ID', cell: ({ id }) => id, text: ({ id }) => id! },
          { title: 'Throttling', cell: rateText },
          { title: 'Quota', cell: quotaText },
          { title: 'Stages', cell: ({ apiStages = [] }) => apiStages.length },
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
              Create usage plan
            </Button>
          </SpaceBetween>
        }
        empty="There is no usage plan yet."
      />
      {dialog === 'create' && <CreatePlanDialog onDismiss={close} />}
      {dialog === 'delete' && chosen && (
        <ConfirmDelete
          title={`Delete usage plan ${chosen.name}?`}
          run={async () => {
            await call('apigateway', 'DeleteUsagePlan', { usagePlanId: chosen.id! });
            tellSuccess('Usage plan deleted.');
          }}
          close={close}
        >
          Its keys no longer open its stages.
        </ConfirmDelete>
      )}
    </>
  );
}

function CreatePlanDialog({ onDismiss }: { onDismiss: () => void }) {
  const [value, setValue] = useState(newPlan);
  return (
    <FormModal
      title="Create usage plan"
      submitText="Create usage plan"
      isDisabled={!isComplete(value)}
      onDismiss={onDismiss}
      onSubmit={async () => {
        const { id } = await call('apigateway', 'CreateUsagePlan', {
          ...{ name: value.name, description: value.description },
          ...(value.isThrottled && { throttle: { rateLimit: Number(value.rate), burstLimit: Number(value.burst) } }),
          ...(value.hasQuota && {
            quota: { limit: Number(value.limit), period: value.period as 'DAY' | 'WEEK' | 'MONTH' },
          }),
        });
        tellSuccess(`Usage plan ${value.name} created.`);
        navigate(`/usage-plans/${id}`);
      }}
    >
      <PlanFields value={value} set={(change) => setValue((before) => ({ ...before, ...change }))} />
    </FormModal>
  );
}
