/** Filters of log groups: subscriptions, whose events go to a function, and metric filters, whose matches are counted. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type {
  MetricFilter,
  MetricTransformation,
  Operations,
  SubscriptionFilter,
} from '../../../wire/generated/logs.ts';
import { compileFilterPattern } from '../filter-pattern.ts';
import { compileExtraction } from '../filters/extracted-values.ts';
import type { MetricFilterRecord, SubscriptionRecord } from '../filters/filter-records.ts';
import type { LogFilters } from '../filters/log-filters.ts';
import { invalidParameter, limitExceeded, noSuchFilter, notBuilt } from '../log-errors.ts';
import { type GroupId, groupNamed } from '../names.ts';
import { listToken, placeInList } from '../paging.ts';
import type { LogParts } from '../parts.ts';

/** Quotas of a group (CloudWatch Logs quotas). */
const mostSubscriptions = 2;
const mostMetricFilters = 100;
const pageSize = 50;

export function filterHandlers({ ask, clock }: LogParts, filters: LogFilters): Handlers<Operations> {
  /** Throws for a group that is not there. */
  async function groupOf(logGroupName: string, call: Call): Promise<GroupId> {
    const group = groupNamed({ logGroupName }, call);
    await ask('group', group);
    await filters.ready();
    return group;
  }

  return {
    async PutSubscriptionFilter(input, call) {
      const { logGroupName, filterName, filterPattern, destinationArn, roleArn, distribution = 'ByLogStream' } = input;
      refuseWhatIsNotBuilt(input);
      compileFilterPattern(filterPattern);
      const group = await groupOf(logGroupName, call);
      await checkDestination(destinationArn, group);
      const before = filters.subscriptionsOf(group);
      const own = before.find((each) => each.filterName === filterName);
      if (own === undefined && before.length >= mostSubscriptions) throw limitExceeded();
      await filters.keepSubscription({
        ...{ ...group, filterName, filterPattern, destinationArn, roleArn, distribution },
        createdMs: own?.createdMs ?? clock.now(),
      });
    },

    async DescribeSubscriptionFilters({ logGroupName, filterNamePrefix = '', limit = pageSize, nextToken }, call) {
      const group = await groupOf(logGroupName, call);
      const found = filters.subscriptionsOf(group).filter(({ filterName }) => filterName.startsWith(filterNamePrefix));
      const page = pageOf(found, ({ filterName }) => filterName, limit, nextToken);
      return { subscriptionFilters: page.items.map(shownSubscription), ...page.token };
    },

    async DeleteSubscriptionFilter({ logGroupName, filterName }, call) {
      const group = await groupOf(logGroupName, call);
      if (!filters.subscriptionsOf(group).some((each) => each.filterName === filterName))
        throw noSuchFilter('subscription');
      await filters.drop('subscription', { ...group, filterName });
    },

    async PutMetricFilter(input, call) {
      const { logGroupName, filterName, filterPattern, metricTransformations } = input;
      refuseWhatIsNotBuilt(input);
      compileFilterPattern(filterPattern);
      const [transformation] = metricTransformations as [MetricTransformation];
      checkTransformation(transformation, filterPattern);
      const group = await groupOf(logGroupName, call);
      const before = filters.metricFiltersOf(group);
      const own = before.find((each) => each.filterName === filterName);
      if (own === undefined && before.length >= mostMetricFilters) throw limitExceeded();
      await filters.keepMetricFilter({
        ...{ ...group, filterName, filterPattern, transformation },
        createdMs: own?.createdMs ?? clock.now(),
      });
    },

    async DescribeMetricFilters(input, call) {
      const { logGroupName, filterNamePrefix = '', metricName, metricNamespace, limit = pageSize, nextToken } = input;
      if ((metricName === undefined) !== (metricNamespace === undefined)) {
        throw invalidParameter('Both metricName and metricNamespace must be specified.');
      }
      await filters.ready();
      const { account, region } = call;
      const place = logGroupName === undefined ? { account, region } : await groupOf(logGroupName, call);
      const found = filters
        .metricFiltersOf(place)
        .filter(
          ({ filterName, transformation }) =>
            filterName.startsWith(filterNamePrefix) &&
            (metricName === undefined || transformation.metricName === metricName) &&
            (metricNamespace === undefined || transformation.metricNamespace === metricNamespace),
        );
      const page = pageOf(found, ({ filterName, name }) => `${filterName}\n${name}`, limit, nextToken);
      return { metricFilters: page.items.map(shownMetricFilter), ...page.token };
    },

    async DeleteMetricFilter({ logGroupName, filterName }, call) {
      const group = await groupOf(logGroupName, call);
      if (!filters.metricFiltersOf(group).some((each) => each.filterName === filterName)) throw noSuchFilter('metric');
      await filters.drop('metric', { ...group, filterName });
    },

    TestMetricFilter({ filterPattern, logEventMessages }) {
      const isWanted = compileFilterPattern(filterPattern);
      const extraction = compileExtraction(filterPattern);
      return {
        matches: logEventMessages.flatMap((eventMessage, i) =>
          isWanted(eventMessage)
            ? [{ eventNumber: i + 1, eventMessage, extractedValues: extraction(eventMessage) }]
            : [],
        ),
      };
    },
  };

  async function checkDestination(destinationArn: string, group: GroupId): Promise<void> {
    const [, name] = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:([\w-]+)(?::[\w$-]+)?$/.exec(destinationArn) ?? [];
    if (name === undefined) {
      if (/^arn:aws[\w-]*:(?:kinesis|firehose|logs):/.test(destinationArn)) {
        throw notBuilt('A subscription whose events go to a stream');
      }
      throw invalidParameter('destinationArn for vendor lambda cannot be used');
    }
    // Each of its events would make another.
    if (group.name === `/aws/lambda/${name}`) {
      throw invalidParameter('A function cannot take the events of its own log group: each would make another.');
    }
    if (!(await filters.targets.mayInvoke(destinationArn, group))) {
      throw invalidParameter(
        'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
      );
    }
  }
}

interface Unbuilt {
  readonly applyOnTransformedLogs?: boolean;
  readonly fieldSelectionCriteria?: string;
  readonly emitSystemFields?: readonly string[];
  readonly emitSystemFieldDimensions?: readonly string[];
}

function refuseWhatIsNotBuilt(input: Unbuilt): void {
  if (input.applyOnTransformedLogs === true) throw notBuilt('A filter on transformed logs');
  if (input.fieldSelectionCriteria !== undefined) throw notBuilt('A filter on fields of centralized logs');
  if ((input.emitSystemFields ?? input.emitSystemFieldDimensions ?? []).length > 0) {
    throw notBuilt('A filter that emits system fields');
  }
}

function checkTransformation(
  { metricValue, defaultValue, dimensions = {} }: MetricTransformation,
  pattern: string,
): void {
  const isNumber = metricValue !== '' && Number.isFinite(Number(metricValue));
  if (!isNumber && !metricValue.startsWith('$')) {
    throw invalidParameter(
      `Invalid metric transformation: metricValue ${metricValue} is neither a number nor a selector`,
    );
  }
  const names = Object.keys(dimensions);
  if (names.length > 3) throw invalidParameter('Invalid metric transformation: there cannot be more than 3 dimensions');
  if (names.length > 0 && defaultValue !== undefined) {
    throw invalidParameter(
      'Invalid metric transformation: dimensions and default value are mutually exclusive properties.',
    );
  }
  if (names.length > 0 && !/^\s*[{[]/.test(pattern)) {
    throw invalidParameter(
      'Invalid metric transformation: dimensions need a filter of JSON or of space-delimited fields',
    );
  }
}

/** By name; tokens are the last name of a page. */
function pageOf<T>(
  found: readonly T[],
  keyOf: (item: T) => string,
  limit: number,
  nextToken: string | undefined,
): { items: T[]; token: { nextToken?: string } } {
  const after = nextToken === undefined ? undefined : placeInList(nextToken);
  const rest = [...found]
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .filter((item) => after === undefined || keyOf(item) > after);
  const items = rest.slice(0, limit);
  return { items, token: rest.length > limit ? { nextToken: listToken(keyOf(items.at(-1)!)) } : {} };
}

const shownSubscription = (record: SubscriptionRecord): SubscriptionFilter => ({
  filterName: record.filterName,
  logGroupName: record.name,
  filterPattern: record.filterPattern,
  destinationArn: record.destinationArn,
  ...(record.roleArn !== undefined && { roleArn: record.roleArn }),
  distribution: record.distribution,
  applyOnTransformedLogs: false,
  creationTime: record.createdMs,
});

const shownMetricFilter = (record: MetricFilterRecord): MetricFilter => ({
  filterName: record.filterName,
  filterPattern: record.filterPattern,
  metricTransformations: [record.transformation],
  creationTime: record.createdMs,
  logGroupName: record.name,
  applyOnTransformedLogs: false,
});
