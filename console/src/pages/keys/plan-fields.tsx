/** What a usage plan is made of, to be filled in when one is made and when it is changed. */

import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Output } from '../../client/operations.ts';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';

export type UsagePlan = Output<'apigateway', 'GetUsagePlan'>;

export interface PlanValues {
  readonly name: string;
  readonly description: string;
  readonly isThrottled: boolean;
  readonly rate: string;
  readonly burst: string;
  readonly hasQuota: boolean;
  readonly limit: string;
  readonly period: string;
}

export const newPlan: PlanValues = {
  ...{ name: '', description: '' },
  ...{ isThrottled: true, rate: '', burst: '' },
  ...{ hasQuota: true, limit: '', period: 'MONTH' },
};

export const planValues = ({ name, description, throttle, quota }: UsagePlan): PlanValues => ({
  name: name ?? '',
  description: description ?? '',
  isThrottled: throttle !== undefined,
  rate: String(throttle?.rateLimit ?? ''),
  burst: String(throttle?.burstLimit ?? ''),
  hasQuota: quota !== undefined,
  limit: String(quota?.limit ?? ''),
  period: quota?.period ?? 'MONTH',
});

export const isComplete = ({ name, isThrottled, rate, burst, hasQuota, limit }: PlanValues): boolean =>
  name !== '' && (!isThrottled || (rate !== '' && burst !== '')) && (!hasQuota || limit !== '');

export function PlanFields({ value, set }: { value: PlanValues; set: (change: Partial<PlanValues>) => void }) {
  return (
    <SpaceBetween size="m">
      <TextField label="Name" value={value.name} onChange={(name) => set({ name })} />
      <TextField label="Description" value={value.description} onChange={(description) => set({ description })} />
      <SwitchField label="Throttling" value={value.isThrottled} onChange={(isThrottled) => set({ isThrottled })} />
      {value.isThrottled && (
        <SpaceBetween size="m">
          <TextField
            label="Rate"
            hint="Requests per second that each key may make on average."
            value={value.rate}
            onChange={(rate) => set({ rate })}
          />
          <TextField label="Burst" hint="Requests at once." value={value.burst} onChange={(burst) => set({ burst })} />
        </SpaceBetween>
      )}
      <SwitchField label="Quota" value={value.hasQuota} onChange={(hasQuota) => set({ hasQuota })} />
      {value.hasQuota && (
        <SpaceBetween size="m">
          <TextField
            label="Requests"
            hint="That each key may make in the period."
            value={value.limit}
            onChange={(limit) => set({ limit })}
          />
          <ChoiceField
            label="Period"
            value={value.period}
            onChange={(period) => set({ period })}
            options={[
              { value: 'DAY', label: 'Per day' },
              { value: 'WEEK', label: 'Per week' },
              { value: 'MONTH', label: 'Per month' },
            ]}
          />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
