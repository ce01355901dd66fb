/** Filters of log groups as they are kept: what goes on to a function, and what is counted as a metric. */
import { collection } from '../../../ports/store.ts';
import type { MetricTransformation } from '../../../wire/generated/logs.ts';
import type { GroupId } from '../names.ts';

export interface SubscriptionRecord extends GroupId {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
  readonly roleArn: string | undefined;
  readonly distribution: 'Random' | 'ByLogStream';
  readonly createdMs: number;
}

export interface MetricFilterRecord extends GroupId {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly transformation: MetricTransformation;
  readonly createdMs: number;
}

export const subscriptions = collection<SubscriptionRecord>('log-subscription-filters');
export const metricFilters = collection<MetricFilterRecord>('log-metric-filters');

/** Of all filters of a group. */
export const groupKey = ({ account, region, name }: GroupId): string[] => [account, region, name];

export const filterKey = (record: GroupId & { readonly filterName: string }): string[] => [
  ...groupKey(record),
  record.filterName,
];
