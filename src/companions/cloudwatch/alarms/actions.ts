/** Whom an alarm tells that it changed its state: topics whose endpoint the settings name, and functions. What cannot be done is in the alarm's history. */
import { newRequestId, newTraceRoot } from '../../../base/ids.ts';
import type { Functions } from '../../../ports/functions.ts';
import type { Log } from '../../../ports/telemetry.ts';
import type { Upstream } from '../../../ports/upstream.ts';
import { functionEvent, messageOf, subjectOf } from './action-messages.ts';
import { type AlarmRecord, type AlarmState, alarmArn, type KeptItem } from './alarm-record.ts';

export interface ActionOptions {
  /** Addresses of topics by ARN, as SNS would post to a subscriber; `*` for every other topic. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly upstream: Pick<Upstream, 'send'>;
  readonly functions: Functions;
  readonly strictPermissions: boolean;
  readonly log: Log;
}

const timeoutMs = 10_000;

/** Does what the new state asks for, and resolves to what the history says of it. Never rejects. */
export function createActions({ endpoints, upstream, functions, strictPermissions, log }: ActionOptions) {
  async function tellTopic(topic: string, alarm: AlarmRecord, message: string): Promise<void> {
    const endpoint = endpoints[topic] ?? endpoints['*'];
    if (endpoint === undefined) {
      throw new Error(`no endpoint is set for the topic ${topic}; the setting alarmActions names them`);
    }
    const url = new URL(endpoint);
    const body = JSON.stringify({
      Type: 'Notification',
      MessageId: newRequestId(),
      TopicArn: topic,
      Subject: subjectOf(alarm),
      Message: message,
      Timestamp: new Date(alarm.state.updatedMs).toISOString(),
    });
    const { status } = await upstream.send({
      origin: url.origin,
      target: `${url.pathname}${url.search}`,
      method: 'POST',
      // As SNS posts to a subscriber of HTTP.
      headers: [
        ...['Content-Type', 'text/plain; charset=UTF-8', 'User-Agent', 'Amazon Simple Notification Service Agent'],
        ...['x-amz-sns-message-type', 'Notification', 'x-amz-sns-topic-arn', topic],
      ],
      body,
      timeoutMs,
    });
    if (status >= 300) throw new Error(`${url.origin} answered ${status}`);
  }

  async function callFunction(functionArn: string, alarm: AlarmRecord, before: AlarmState): Promise<void> {
    const permission = {
      functionArn,
      principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      sourceArn: alarmArn(alarm),
      sourceAccount: alarm.account,
    };
    if (strictPermissions && !(await functions.mayInvoke(permission))) {
      throw new Error(`${functionArn} does not let lambda.alarms.cloudwatch.amazonaws.com call it`);
    }
    const traceId = `Root=${newTraceRoot(alarm.state.updatedMs)};Sampled=0`;
    const payload = functionEvent(alarm, before);
    await functions.invoke({ functionArn, payload, type: 'Event', traceId });
  }

  function perform(action: string, alarm: AlarmRecord, before: AlarmState, message: string): Promise<void> {
    if (/^arn:[^:]+:sns:/.test(action)) return tellTopic(action, alarm, message);
    if (/^arn:[^:]+:lambda:/.test(action)) return callFunction(action, alarm, before);
    return Promise.reject(new Error('only topics of SNS and functions of Lambda can be told'));
  }

  return async function act(alarm: AlarmRecord, before: AlarmState, now: () => number): Promise<KeptItem[]> {
    const { config, state } = alarm;
    log.info(`Alarm "${alarm.name}" is ${state.value}, was ${before.value}: ${state.reason}`);
    if (!config.ActionsEnabled) return [];
    const wanted = {
      OK: config.OKActions,
      ALARM: config.AlarmActions,
      INSUFFICIENT_DATA: config.InsufficientDataActions,
    }[state.value];
    const message = messageOf(alarm, before);
    return await Promise.all(
      wanted.map(async (action): Promise<KeptItem> => {
        const data = {
          stateUpdateTimestamp: state.updatedMs,
          notificationResource: action,
          publishedMessage: message.length > 2500 ? null : message,
        };
        try {
          await perform(action, alarm, before, message);
          return item(now(), `Successfully executed action ${action}`, { actionState: 'Succeeded', ...data });
        } catch (error) {
          const { why = (error as Error).message } = error as { why?: string };
          log.warn(`Alarm "${alarm.name}" could not tell ${action}: ${why}`);
          const summary = `Failed to execute action ${action}. Received error: "${why}"`;
          return item(now(), summary, { actionState: 'Failed', ...data, error: why });
        }
      }),
    );
  };
}

const item = (atMs: number, summary: string, data: object): KeptItem => ({
  Timestamp: atMs,
  HistoryItemType: 'Action',
  HistorySummary: summary.slice(0, 255),
  HistoryData: JSON.stringify({ version: '1.0', ...data }),
});
