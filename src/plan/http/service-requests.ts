/**
 * What the ten first-class integrations send (rows AWSI-01 to AWSI-04): each turns its parameters into one request of the service's own API. Facts of
 * those APIs: SQS takes forms, AppConfig a path, the others JSON with `X-Amz-Target`.
 */
import type { HeaderList } from '../../base/headers.ts';
import { percentEncoded } from '../query.ts';

export interface ServiceRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: string | undefined;
}

export interface ServiceApi {
  /** Name in settings and signatures: `sqs`. */
  readonly service: string;
  /** First label of the service's host in AWS. */
  readonly hostName: string;
  /** Parameters by name, those without a value left out. Throws ServiceParameterError. */
  request(parameters: ReadonlyMap<string, string>): ServiceRequest;
}

/** A parameter's value that cannot be what its service asks for. */
export class ServiceParameterError extends Error {}

type Parameters = ReadonlyMap<string, string>;

export const serviceApis: Readonly<Record<string, ServiceApi>> = {
  'EventBridge-PutEvents': {
    service: 'events',
    hostName: 'events',
    request: (parameters) => {
      const entry = membersOf(parameters, ['Detail', 'DetailType', 'Source', 'EventBusName', 'TraceHeader']);
      const time = parameters.get('Time');
      const resources = parameters.get('Resources');
      if (time !== undefined) entry['Time'] = secondsOf(time);
      if (resources !== undefined) entry['Resources'] = listOf('Resources', resources);
      return jsonRequest('AWSEvents.PutEvents', '1.1', { Entries: [entry] });
    },
  },
  'SQS-SendMessage': sqs('SendMessage', (form, parameters) => {
    copy(form, parameters, ['MessageBody', 'DelaySeconds', 'MessageDeduplicationId', 'MessageGroupId']);
    attributes(form, 'MessageAttribute', 'MessageAttributes', parameters);
    attributes(form, 'MessageSystemAttribute', 'MessageSystemAttributes', parameters);
  }),
  'SQS-ReceiveMessage': sqs('ReceiveMessage', (form, parameters) => {
    copy(form, parameters, ['MaxNumberOfMessages', 'ReceiveRequestAttemptId', 'VisibilityTimeout', 'WaitTimeSeconds']);
    for (const [list, member] of [
      ['AttributeNames', 'AttributeName'],
      ['MessageAttributeNames', 'MessageAttributeName'],
    ] as const) {
      const names = parameters.get(list);
      if (names === undefined) continue;
      for (const [i, name] of listOf(list, names).entries()) form.push([`${member}.${i + 1}`, name]);
    }
  }),
  'SQS-DeleteMessage': sqs('DeleteMessage', (form, parameters) => copy(form, parameters, ['ReceiptHandle'])),
  'SQS-PurgeQueue': sqs('PurgeQueue', () => {}),
  'AppConfig-GetConfiguration': {
    service: 'appconfig',
    hostName: 'appconfig',
    request: (parameters) => {
      const [application, environment, configuration] = ['Application', 'Environment', 'Configuration'].map((name) =>
        percentEncoded(needed(parameters, name)),
      );
      const query = [
        ['client_id', parameters.get('ClientId')],
        ['client_configuration_version', parameters.get('ClientConfigurationVersion')],
      ].flatMap(([name, value]) => (value === undefined ? [] : `${name}=${percentEncoded(value)}`));
      const path = `/applications/${application}/environments/${environment}/configurations/${configuration}`;
      return {
        method: 'GET',
        target: [path, ...(query.length > 0 ? [query.join('&')] : [])].join('?'),
        headers: [],
        body: undefined,
      };
    },
  },
  'Kinesis-PutRecord': {
    service: 'kinesis',
    hostName: 'kinesis',
    request: (parameters) => {
      const names = ['StreamName', 'PartitionKey', 'SequenceNumberForOrdering', 'ExplicitHashKey'];
      const data = parameters.get('Data');
      return jsonRequest('Kinesis_20131202.PutRecord', '1.1', {
        ...membersOf(parameters, names),
        // The member is bytes, which JSON carries as base64 (decisions/0029).
        ...(data !== undefined && { Data: Buffer.from(data).toString('base64') }),
      });
    },
  },
  'StepFunctions-StartExecution': stepFunctions('StartExecution', 'states', ['StateMachineArn', 'Name', 'Input']),
  'StepFunctions-StartSyncExecution': stepFunctions('StartSyncExecution', 'sync-states', [
    'StateMachineArn',
    'Name',
    'Input',
    'TraceHeader',
  ]),
  'StepFunctions-StopExecution': stepFunctions('StopExecution', 'states', ['ExecutionArn', 'Cause', 'Error']),
};

/** SQS as it answers forms, sent to the path of the queue's URL. */
function sqs(action: string, write: (form: [string, string][], parameters: Parameters) => void): ServiceApi {
  return {
    service: 'sqs',
    hostName: 'sqs',
    request: (parameters) => {
      const queueUrl = needed(parameters, 'QueueUrl');
      const path = URL.parse(queueUrl)?.pathname;
      if (path === undefined) throw new ServiceParameterError(`QueueUrl is "${queueUrl}", which is no URL`);
      const form: [string, string][] = [
        ['Action', action],
        ['Version', '2012-11-05'],
        ['QueueUrl', queueUrl],
      ];
      write(form, parameters);
      const body = form.map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`).join('&');
      return { method: 'POST', target: path, headers: ['Content-Type', 'application/x-www-form-urlencoded'], body };
    },
  };
}

function stepFunctions(action: string, hostName: string, names: readonly string[]): ServiceApi {
  return {
    service: 'states',
    hostName,
    request: (parameters) => {
      const members = Object.entries(membersOf(parameters, names)).map(([name, value]) => [
        name.charAt(0).toLowerCase() + name.slice(1),
        value,
      ]);
      return jsonRequest(`AWSStepFunctions.${action}`, '1.0', Object.fromEntries(members));
    },
  };
}

function jsonRequest(target: string, version: '1.0' | '1.1', members: object): ServiceRequest {
  const headers = ['Content-Type', `application/x-amz-json-${version}`, 'X-Amz-Target', target];
  return { method: 'POST', target: '/', headers, body: JSON.stringify(members) };
}

function membersOf(parameters: Parameters, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (parameters.has(name) ? [[name, parameters.get(name)]] : [])));
}

function copy(form: [string, string][], parameters: Parameters, names: readonly string[]): void {
  for (const name of names) {
    const value = parameters.get(name);
    if (value !== undefined) form.push([name, value]);
  }
}

function needed(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === '') throw new ServiceParameterError(`${name} has no value in this request`);
  return value;
}

/** `{"color":{"DataType":"String","StringValue":"blue"}}` as the numbered members SQS takes. */
function attributes(form: [string, string][], member: string, name: string, parameters: Parameters): void {
  const text = parameters.get(name);
  if (text === undefined) return;
  const map = parsed(text);
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new ServiceParameterError(`${name} is no JSON object`);
  }
  for (const [i, [attribute, value]] of Object.entries(map).entries()) {
    const prefix = `${member}.${i + 1}`;
    form.push([`${prefix}.Name`, attribute]);
    if (typeof value !== 'object' || value === null)
      throw new ServiceParameterError(`${name}.${attribute} is no JSON object`);
    for (const key of ['DataType', 'StringValue', 'BinaryValue']) {
      const part = (value as Record<string, unknown>)[key];
      if (typeof part === 'string') form.push([`${prefix}.Value.${key}`, part]);
    }
  }
}

/** A JSON list of texts, or texts with commas between them. */
function listOf(name: string, text: string): string[] {
  if (!text.trimStart().startsWith('[')) return text.split(',').map((part) => part.trim());
  const list = parsed(text);
  if (Array.isArray(list) && list.every((part) => typeof part === 'string')) return list;
  throw new ServiceParameterError(`${name} is no list of texts`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Epoch seconds, from a number or from RFC 3339. */
function secondsOf(time: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(time) ? Number(time) : Date.parse(time) / 1000;
  if (Number.isNaN(seconds)) throw new ServiceParameterError(`Time is "${time}", which is no time`);
  return seconds;
}
