/** How much of a usage plan each key used, day by day, and what is left to it. */
import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import DateRangePicker from '@cloudscape-design/components/date-range-picker';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems, useOperation } from '../../client/queries.ts';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { replaced } from '../../shared/map-patches.ts';
import { Refusal } from '../../shared/refusal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import type { UsagePlan } from './plan-fields.tsx';
import { rangeTexts } from './range-texts.ts';

/** `2026-11-27`, in UTC as usage is counted. */
const dayOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);
const dayMs = 86_400_000;

export function PlanUsage({ plan }: { plan: UsagePlan }) {
  const [range, setRange] = useState({ startDate: dayOf(Date.now() - 6 * dayMs), endDate: dayOf(Date.now()) });
  const [selected, select] = useState<string>();
  const [isExtending, setExtending] = useState(false);
  const keys = useItems('apigateway', 'GetUsagePlanKeys', { usagePlanId: plan.id! });
  const usage = useOperation('apigateway', 'GetUsage', { usagePlanId: plan.id!, ...range, limit: 500 });
  const days = daysBetween(range.startDate, range.endDate);
  const rows = Object.entries(usage.data?.items ?? {}).map(([keyId, counts]) => ({
    keyId,
    name: keys.data?.find(({ id }) => id === keyId)?.name ?? keyId,
    used: (counts ?? []).map(([used]) => used ?? 0),
    remaining: counts?.at(-1)?.[1] ?? 0,
  }));
  const chosen = rows.find(({ keyId }) => keyId === selected);
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description="Counted by the day, in UTC. Calls before a plan had a quota are not counted."
          >
            Usage
          </Header>
        }
      >
        <SpaceBetween size="m">
          <FormField label="Days">
            <DateRangePicker
              dateOnly
              rangeSelectorMode="absolute-only"
              value={{ type: 'absolute', ...range }}
              relativeOptions={[]}
              isValidRange={(value) =>
                value?.type === 'absolute' && value.endDate !== ''
                  ? { valid: true }
                  : { valid: false, errorMessage: 'Choose two days.' }
              }
              i18nStrings={rangeTexts}
              onChange={({ detail }) => {
                if (detail.value?.type === 'absolute')
                  setRange({ startDate: detail.value.startDate, endDate: detail.value.endDate });
              }}
            />
          </FormField>
          <Refusal error={usage.error} />
          <BarChart
            ariaLabel="Requests by day"
            height={200}
            hideFilter
            xScaleType="categorical"
            xTitle="Day"
            yTitle="Requests"
            stackedBars
            statusType={usage.isPending ? 'loading' : 'finished'}
            loadingText="Loading"
            series={rows.map(({ name, used }) => ({
              type: 'bar' as const,
              title: name,
              data: days.map((day, i) => ({ x: day, y: used[i] ?? 0 })),
            }))}
            empty={<Box textAlign="center">No key was used in these days.</Box>}
          />
        </SpaceBetween>
      </Container>
      <ItemTable
        title="Usage by API key"
        level="h2"
        items={usage.data && rows}
        idOf={({ keyId }) => keyId}
        selected={chosen}
        onSelect={(row) => select(row?.keyId)}
        columns={[
          { title: 'API key', cell: ({ name }) => name, text: ({ name }) => name },
          { title: 'Requests', cell: ({ used }) => used.reduce((sum, each) => sum + each, 0) },
          { title: 'Remaining', cell: ({ remaining }) => remaining },
        ]}
        actions={
          <Button disabled={chosen === undefined} onClick={() => setExtending(true)}>
            Extend usage
          </Button>
        }
        empty="No key was used in these days."
      />
      {isExtending && chosen && (
        <ExtendDialog
          plan={plan}
          keyId={chosen.keyId}
          remaining={chosen.remaining}
          onDismiss={() => setExtending(false)}
        />
      )}
    </SpaceBetween>
  );
}

interface ExtendDialogProps {
  readonly plan: UsagePlan;
  readonly keyId: string;
  readonly remaining: number;
  readonly onDismiss: () => void;
}

function ExtendDialog({ plan, keyId, remaining, onDismiss }: ExtendDialogProps) {
  const [value, setValue] = useState(String(remaining));
  return (
    <FormModal
      title="Extend usage"
      submitText="Save"
      isDisabled={value === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await call('apigateway', 'UpdateUsage', {
          usagePlanId: plan.id!,
          keyId,
          patchOperations: [replaced('/remaining', value)],
        });
        tellSuccess('Usage extended.');
      }}
    >
      <TextField label="Requests that remain in this period" value={value} onChange={setValue} />
    </FormModal>
  );
}

/** Every day of the range, both ends among them. */
function daysBetween(startDate: string, endDate: string): string[] {
  const start = Date.parse(startDate);
  const count = Math.round((Date.parse(endDate) - start) / dayMs) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => dayOf(start + i * dayMs));
}
