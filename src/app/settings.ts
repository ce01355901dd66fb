/**
 * Every setting of `gatewright start`: from the command line, then the environment, then the settings file, then the default.
 * All complaints are collected before anything starts; a setting nobody knows is a complaint too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { compileIpRange } from '../base/ip-ranges.ts';
import type { SigningKeys } from '../base/sigv4-signer.ts';
import { type AccountQuotas, accountQuotas } from '../control/account-quotas.ts';
import { awsDomainLimits, type DomainLimits } from '../control/domains/limits.ts';
import { awsPortalLimits, type PortalLimits } from '../control/portals/limits.ts';
import { awsRestLimits, type RestLimits } from '../control/rest/limits.ts';
import { awsV2Limits, type V2Limits } from '../control/v2/limits.ts';
import { awsSocketLimits, type SocketLimits } from '../gateway/websocket/socket-limits.ts';
import { readRedisAddress } from '../store/redis/redis-address.ts';
import { type ListenAddress, listenAddress } from './listen-address.ts';
import type { LogFormat, LogLevel } from './log.ts';
import { isTargetAddress } from './private-targets.ts';
import { type VpcEndpointSetting, vpcEndpointComplaint } from './vpc-endpoint-settings.ts';

/** What `--sample` can make. */
export const sampleNames = ['rides', 'walk-through', 'chat'] as const;
export type SampleName = (typeof sampleNames)[number];

export interface Settings {
  /** 0 picks a free port. */
  readonly port: number;
  /** Address to listen on; loopback unless told otherwise, because dev mode lets any caller run code. */
  readonly host: string;
  /** Data directory, absolute; undefined keeps everything in memory. */
  readonly dataDirectory: string | undefined;
  /** `postgres://…` of a database that several nodes share; undefined for the data directory or memory. What is a node's own (logs, certificates, code) stays there. */
  readonly store: string | undefined;
  /** `redis://…` of what nodes share beside the store: rate limits, cached answers, WebSocket connections; undefined when each has them to itself. */
  readonly shared: string | undefined;
  readonly mode: 'dev' | 'secure';
  /** What deployed APIs answer to requests without TLS, which AWS does not take (row EP-10). */
  readonly plainHttp: 'serve' | 'forbid' | 'redirect';
  /** Enforce Lambda invoke permissions in dev mode too; always on in secure mode. */
  readonly strict: boolean;
  /** What is there to try after the start, in this order; on the command line and in the environment `rides,walk-through`. */
  readonly sample: readonly SampleName[];
  readonly logFormat: LogFormat;
  readonly logLevel: LogLevel;
  /** Where one JSON line of every request to every API goes beside what stages ask for: `stdout`, or a file's absolute path; undefined for nowhere. */
  readonly accessLog: string | undefined;
  /** Where CloudTrail's record of every management call goes as a JSON line, beside the event history: `stdout`, or a file's absolute path. */
  readonly trailLog: string | undefined;
  /** What a commit survives; see store/sqlite. */
  readonly durability: 'process' | 'power';
  /** Account-level throttle (row THR-02). A rate of 0 with burst 0 blocks everything; `null` switches it off. */
  readonly accountThrottle: { readonly ratePerSecond: number; readonly burst: number } | null;
  /** Milliseconds for which a connection is not read on whose request a throttle or quota refused (decisions/0041); 0 for none. */
  readonly throttledRestMs: number;
  /** Limit calls to API Gateway's control plane to AWS's rates (row CP-30). */
  readonly managementRates: boolean;
  /** Quotas of the REST control plane (rows LIM-*); what is not named is as control/account-quotas.ts says. */
  readonly restLimits: RestLimits;
  /** The same for HTTP and WebSocket APIs. */
  readonly httpLimits: V2Limits;
  /** And for custom domain names. */
  readonly domainLimits: DomainLimits;
  /** Of portals and their products. */
  readonly portalLimits: PortalLimits;
  /** Most function environments (processes) alive at once. */
  readonly maxFunctionEnvironments: number;
  /** Quotas of WebSocket connections (rows WS-24, WS-25, LIM-*); what is not named keeps AWS's default. */
  readonly webSocketLimits: SocketLimits;
  /** Memory that cached answers of all stages may hold together, in MB; a stage's cacheClusterSize bounds it further. */
  readonly maxCacheMegabytes: number;
  /** Memory that objects of S3 may take together where there is no data directory, in MB. */
  readonly maxObjectMegabytes: number;
  /** Requests that miss the same cache entry at once ask the backend once (AWS asks for each). */
  readonly coalesceCacheMisses: boolean;
  /** Collector that takes traces of all APIs by OTLP over HTTP, `http://localhost:4318`; undefined for none. */
  readonly otlpEndpoint: string | undefined;
  /** Keep what became of the latest requests for `gatewright trace`; undefined does in dev mode. */
  readonly requestStories: boolean | undefined;
  /** Milliseconds a graceful stop waits for requests in flight. */
  readonly drainMs: number;
  /** Addresses and ranges (CIDR) of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Access keys the control plane accepts in secure mode. */
  readonly credentials: readonly AccessKeySetting[];
  /** Origins of AWS services for integrations of type AWS, by the service's name in the URI: `{ sqs: 'http://127.0.0.1:9324' }`. */
  readonly awsEndpoints: Readonly<Record<string, string>>;
  /** Folders that stand for S3 buckets where truststores of custom domains are read: `{ 'my-bucket': './truststores' }`; absolute. */
  readonly bucketFolders: Readonly<Record<string, string>>;
  /** Where VPC links lead, by load balancer ARN, link id or link name: `{ orders: ['http://127.0.0.1:8080'] }`. */
  readonly vpcLinkTargets: Readonly<Record<string, readonly string[]>>;
  /** Interface VPC endpoints for `execute-api`, by their ids: how private APIs are reached. */
  readonly vpcEndpoints: Readonly<Record<string, VpcEndpointSetting>>;
  /** Further addresses, where APIs alone are served (decisions/0070). */
  readonly apiListeners: readonly ListenAddress[];
  /** PEM files of the certificate for connections that no custom domain asks for; both or none, absolute. */
  readonly tlsCertificateFile: string | undefined;
  readonly tlsKeyFile: string | undefined;
  /** File of address ranges with countries, for the geo match of web ACLs; absolute path, undefined for none. */
  readonly countryFile: string | undefined;
  /** What becomes of a request whose web ACL fails: answered with 500, or let in (row WAF-05). */
  readonly webAclFailure: 'closed' | 'open';
  /** Six digits that every code of a user pool is, for tests; undefined makes each by chance. */
  readonly fixedCode: string | undefined;
  /** What `iss` of user pools' tokens is: AWS's address of the pool, or this server's, for clients that look their issuer up. */
  readonly userPoolIssuer: 'aws' | 'local';
  /** Where token issuers are reached whose own address leads elsewhere: `{ 'https://issuer.example': 'http://127.0.0.1:3000' }`. */
  readonly issuerAliases: Readonly<Record<string, string>>;
  /** Where alarms' notifications are posted, as SNS posts to subscribers, by the topic's ARN; `*` for every other topic. */
  readonly alarmActions: Readonly<Record<string, string>>;
  /** Keys that sign calls to `awsEndpoints`, whatever they are. */
  readonly awsKeys: SigningKeys | undefined;
  /** What the environment's AWS_ACCESS_KEY_ID and its kin say. Made for real AWS, so they go nowhere else. */
  readonly environmentKeys: SigningKeys | undefined;
}

export interface AccessKeySetting {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** 12 digits. */
  readonly account: string;
}

export const defaultSettings: Settings = {
  port: 4566,
  host: '127.0.0.1',
  dataDirectory: resolve('.gatewright'),
  store: undefined,
  shared: undefined,
  mode: 'dev',
  plainHttp: 'serve',
  strict: false,
  sample: [],
  logFormat: 'text',
  logLevel: 'info',
  accessLog: undefined,
  trailLog: undefined,
  durability: 'process',
  accountThrottle: { ratePerSecond: 10_000, burst: 5_000 },
  throttledRestMs: 2,
  managementRates: false,
  restLimits: awsRestLimits,
  httpLimits: awsV2Limits,
  domainLimits: awsDomainLimits,
  portalLimits: awsPortalLimits,
  maxFunctionEnvironments: 32,
  webSocketLimits: awsSocketLimits,
  maxCacheMegabytes: 256,
  maxObjectMegabytes: 1024,
  coalesceCacheMisses: false,
  otlpEndpoint: undefined,
  requestStories: undefined,
  drainMs: 30_000,
  trustedProxies: [],
  credentials: [],
  awsEndpoints: {},
  bucketFolders: {},
  vpcLinkTargets: {},
  vpcEndpoints: {},
  apiListeners: [],
  tlsCertificateFile: undefined,
  tlsKeyFile: undefined,
  countryFile: undefined,
  webAclFailure: 'closed',
  fixedCode: undefined,
  userPoolIssuer: 'aws',
  issuerAliases: {},
  alarmActions: {},
  awsKeys: undefined,
  environmentKeys: undefined,
};

/** Raised with every complaint in one message; `gatewright` prints it and exits with 2. */
export class SettingsError extends Error {
  constructor(complaints: readonly string[]) {
    super(complaints.join('\n'));
    this.name = 'SettingsError';
  }
}

type Complain = (complaint: string) => void;

/** Reads one value of the settings file or the command line; undefined after complaining. */
type Reader<T> = (value: unknown, complain: (expected: string) => void) => T | undefined;

const wholeNumber =
  (least: number, most: number): Reader<number> =>
  (value, complain) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) return number;
    complain(`a whole number from ${least} to ${most}`);
    return undefined;
  };

const text: Reader<string> = (value, complain) => {
  if (typeof value === 'string' && value !== '') return value;
  complain('a text');
  return undefined;
};

const yesOrNo: Reader<boolean> = (value, complain) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  complain('true or false');
  return undefined;
};

const sixDigits: Reader<string> = (value, complain) => {
  if (typeof value === 'string' && /^\d{6}$/.test(value)) return value;
  complain('six digits as a text');
  return undefined;
};

const oneOf =
  <T extends string>(...choices: readonly T[]): Reader<T> =>
  (value, complain) => {
    if (choices.includes(value as T)) return value as T;
    complain(`one of ${choices.join(', ')}`);
    return undefined;
  };

/** A list, or a text with commas between. */
const someOf =
  <T extends string>(...choices: readonly T[]): Reader<readonly T[]> =>
  (value, complain) => {
    const names: unknown = typeof value === 'string' ? value.split(',') : value;
    const isChoice = (name: unknown): name is T => choices.includes(name as T);
    if (Array.isArray(names) && names.every(isChoice)) return names;
    complain(`a list of ${choices.join(', ')}`);
    return undefined;
  };

const ipRanges: Reader<readonly string[]> = (value, complain) => {
  const isRange = (range: unknown): range is string => typeof range === 'string' && compileIpRange(range) !== undefined;
  if (Array.isArray(value) && value.every(isRange)) return value;
  complain('a list of IP addresses or ranges such as 10.0.0.0/8');
  return undefined;
};

/** Of lines of JSON. */
const lineTarget: Reader<string> = (value, complain) => {
  const target = text(value, complain);
  return target === undefined || target === 'stdout' ? target : resolve(target);
};

const throttle: Reader<Settings['accountThrottle']> = (value, complain) => {
  if (value === null) return null;
  const { ratePerSecond, burst } = (value ?? {}) as Record<string, unknown>;
  const isLimit = (n: unknown): n is number => typeof n === 'number' && n >= 0 && Number.isFinite(n);
  if (isLimit(ratePerSecond) && isLimit(burst) && Number.isInteger(burst)) return { ratePerSecond, burst };
  complain('null or an object with the numbers ratePerSecond and burst');
  return undefined;
};

const quotas =
  <Limits extends object>(aws: Limits): Reader<Limits> =>
  (value, complain) => {
    const given = Object.entries((value ?? {}) as Record<string, unknown>);
    const isQuota = ([name, n]: [string, unknown]): boolean =>
      Object.hasOwn(aws, name) && typeof n === 'number' && Number.isInteger(n) && n >= 0;
    if (typeof value === 'object' && given.every(isQuota)) return { ...aws, ...Object.fromEntries(given) };
    complain(`an object of whole numbers named ${Object.keys(aws).join(', ')}`);
    return undefined;
  };

const accessKeys: Reader<readonly AccessKeySetting[]> = (value, complain) => {
  const isKey = (key: unknown): key is AccessKeySetting => {
    const { accessKeyId, secretAccessKey, account } = (key ?? {}) as Record<string, unknown>;
    const hasKeys = typeof accessKeyId === 'string' && typeof secretAccessKey === 'string' && secretAccessKey !== '';
    return hasKeys && accessKeyId !== '' && typeof account === 'string' && /^\d{12}$/.test(account);
  };
  if (Array.isArray(value) && value.every(isKey)) return value;
  complain('a list of objects with accessKeyId, secretAccessKey and account (12 digits)');
  return undefined;
};

/** An object in the settings file; a list of `service=origin` from the command line. */
const endpoints: Reader<Settings['awsEndpoints']> = (value, complain) => {
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((text) => splitAtEquals(String(text)))
    : Object.entries(typeof value === 'object' ? (value ?? {}) : { '': value });
  const origins = entries.map(
    ([service, url]) => [service, serviceName.test(service) ? originOf(url) : undefined] as const,
  );
  if (origins.every((entry): entry is readonly [string, string] => entry[1] !== undefined)) {
    return Object.fromEntries(origins);
  }
  complain('services with http or https addresses without a path, like sqs=http://127.0.0.1:9324');
  return undefined;
};

/** An object in the settings file; a list of `bucket=folder` from the command line. */
const folders: Reader<Settings['bucketFolders']> = (value, complain) => {
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((text) => splitAtEquals(String(text)))
    : Object.entries(typeof value === 'object' ? (value ?? {}) : { '': value });
  const isFolder = (entry: [string, unknown]): entry is [string, string] =>
    entry[0] !== '' && typeof entry[1] === 'string' && entry[1] !== '';
  if (entries.every(isFolder)) return Object.fromEntries(entries.map(([bucket, folder]) => [bucket, resolve(folder)]));
  complain('buckets with folders, like my-bucket=./truststores');
  return undefined;
};

/** An object in the settings file, each value an address or a list of them; a list of `key=address` from the command line, where a key may come again. */
const privateTargets: Reader<Settings['vpcLinkTargets']> = (value, complain) => {
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((text) => splitAtEquals(String(text)))
    : Object.entries(typeof value === 'object' ? (value ?? {}) : { '': value });
  const targets = new Map<string, string[]>();
  for (const [key, given] of entries) {
    const addresses: unknown[] = Array.isArray(given) ? given : [given];
    if (key === '' || addresses.length === 0 || !addresses.every(isTargetAddress)) {
      complain('load balancer ARNs, VPC link ids or names with addresses, like orders=http://127.0.0.1:8080');
      return undefined;
    }
    targets.set(key, [...(targets.get(key) ?? []), ...addresses]);
  }
  return Object.fromEntries(targets);
};

/** `{ 'vpce-0123456789abcdef0': { vpcId, listen or sourceRanges, … } }`. */
const vpcEndpoints: Reader<Settings['vpcEndpoints']> = (value, complain) => {
  const expected = vpcEndpointComplaint(value);
  if (expected === undefined) return value as Settings['vpcEndpoints'];
  complain(expected);
  return undefined;
};

const listenAddresses: Reader<readonly ListenAddress[]> = (value, complain) => {
  const addresses = Array.isArray(value) ? value.map(listenAddress) : [undefined];
  if (addresses.every((each) => each !== undefined)) return addresses;
  complain('a list of addresses like 0.0.0.0:443');
  return undefined;
};

const file: Reader<string> = (value, complain) => {
  const path = text(value, complain);
  return path === undefined ? undefined : resolve(path);
};

/** An object in the settings file; a list of `topic ARN=address` from the command line. */
const topicEndpoints: Reader<Settings['alarmActions']> = (value, complain) => {
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((text) => splitAtEquals(String(text)))
    : Object.entries(typeof value === 'object' ? (value ?? {}) : { '': value });
  const isTopic = (name: string): boolean => name === '*' || /^arn:[^:]+:sns:/.test(name);
  if (entries.every((entry): entry is [string, string] => isTopic(entry[0]) && isHttpAddress(entry[1])))
    return Object.fromEntries(entries);
  complain(
    'ARNs of topics, or *, with http or https addresses, like arn:aws:sns:us-east-1:000000000000:ops=http://127.0.0.1:9000/hook',
  );
  return undefined;
};

/** An object in the settings file; a list of `issuer=address` from the command line. Both may have paths. */
const aliases: Reader<Settings['issuerAliases']> = (value, complain) => {
  const entries: [string, unknown][] = Array.isArray(value)
    ? value
        .map((text) => /^(https?:\/\/.*?)=(https?:\/\/.*)$/.exec(String(text)) ?? [])
        .map(([, from, to]) => [from ?? '', to])
    : Object.entries(typeof value === 'object' ? (value ?? {}) : { '': value });
  if (entries.every((entry): entry is [string, string] => entry.every(isHttpAddress)))
    return Object.fromEntries(entries);
  complain('issuers with http or https addresses, like https://issuer.example=http://127.0.0.1:3000');
  return undefined;
};

const isHttpAddress = (value: unknown): value is string =>
  typeof value === 'string' && /^https?:\/\/[^/?#\s]+[^?#\s]*$/.test(value) && URL.canParse(value);

const httpAddress: Reader<string> = (value, complain) => {
  if (isHttpAddress(value)) return value;
  complain('an http or https address, like http://localhost:4318');
  return undefined;
};

/** The value may hold a password, so complaints do not repeat it. */
const postgresAddress: Reader<string> = (value, complain) => {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) return value as string;
  complain('an address such as postgres://user:password@host:5432/database');
  return undefined;
};

/** The value may hold a password here too. */
const redisAddress: Reader<string> = (value, complain) => {
  const read = readRedisAddress(typeof value === 'string' ? value : '');
  if (!('expected' in read)) return value as string;
  complain(read.expected);
  return undefined;
};

const serviceName = /^[a-z0-9-]+$/;

function splitAtEquals(text: string): [string, string] {
  const at = text.indexOf('=');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function originOf(url: unknown): string | undefined {
  const found = typeof url === 'string' ? URL.parse(url) : null;
  if (found === null || !/^https?:$/.test(found.protocol) || found.username !== '' || found.password !== '')
    return undefined;
  return found.pathname === '/' && found.search === '' && found.hash === '' ? found.origin : undefined;
}

const signingKeys: Reader<SigningKeys> = (value, complain) => {
  const { accessKeyId, secretAccessKey, sessionToken } = (value ?? {}) as Record<string, unknown>;
  const hasText = (text: unknown): text is string => typeof text === 'string' && text !== '';
  if (hasText(accessKeyId) && hasText(secretAccessKey) && (sessionToken === undefined || hasText(sessionToken))) {
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  }
  complain('an object with accessKeyId, secretAccessKey and, for temporary keys, sessionToken');
  return undefined;
};

/** The keys every AWS tool finds there; undefined unless id and secret are both set. */
function keysFromEnvironment(env: NodeJS.ProcessEnv): SigningKeys | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

type SettableName = Exclude<keyof Settings, 'environmentKeys'>;

/** Names in the settings file; `--data-directory` style flags and environment names derive from some of them below. */
const readers: { readonly [Name in SettableName]: Reader<Settings[Name]> } = {
  port: wholeNumber(0, 65_535),
  host: text,
  dataDirectory: file,
  store: postgresAddress,
  shared: redisAddress,
  mode: oneOf('dev', 'secure'),
  plainHttp: oneOf('serve', 'forbid', 'redirect'),
  strict: yesOrNo,
  sample: someOf(...sampleNames),
  logFormat: oneOf('text', 'json'),
  logLevel: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  accessLog: lineTarget,
  trailLog: lineTarget,
  durability: oneOf('process', 'power'),
  accountThrottle: throttle,
  throttledRestMs: wholeNumber(0, 1_000),
  managementRates: yesOrNo,
  restLimits: quotas(awsRestLimits),
  httpLimits: quotas(awsV2Limits),
  domainLimits: quotas(awsDomainLimits),
  portalLimits: quotas(awsPortalLimits),
  maxFunctionEnvironments: wholeNumber(1, 10_000),
  webSocketLimits: quotas(awsSocketLimits),
  maxCacheMegabytes: wholeNumber(0, 1_000_000),
  maxObjectMegabytes: wholeNumber(0, 1_000_000),
  coalesceCacheMisses: yesOrNo,
  otlpEndpoint: httpAddress,
  requestStories: yesOrNo,
  drainMs: wholeNumber(0, 3_600_000),
  trustedProxies: ipRanges,
  credentials: accessKeys,
  awsEndpoints: endpoints,
  bucketFolders: folders,
  vpcLinkTargets: privateTargets,
  vpcEndpoints,
  apiListeners: listenAddresses,
  tlsCertificateFile: file,
  tlsKeyFile: file,
  countryFile: file,
  webAclFailure: oneOf('closed', 'open'),
  fixedCode: sixDigits,
  userPoolIssuer: oneOf('aws', 'local'),
  issuerAliases: aliases,
  alarmActions: topicEndpoints,
  awsKeys: signingKeys,
};

/** Settings whose values are not repeated to those who read complaints. */
const secretNames: ReadonlySet<SettableName> = new Set(['store', 'shared', 'credentials', 'awsKeys']);

/** Flags of `gatewright start` and the setting each sets. */
const flags: Readonly<Record<string, SettableName>> = {
  port: 'port',
  host: 'host',
  listen: 'apiListeners',
  'tls-certificate': 'tlsCertificateFile',
  'tls-key': 'tlsKeyFile',
  data: 'dataDirectory',
  store: 'store',
  shared: 'shared',
  mode: 'mode',
  'plain-http': 'plainHttp',
  strict: 'strict',
  sample: 'sample',
  'log-format': 'logFormat',
  'log-level': 'logLevel',
  'access-log': 'accessLog',
  'trail-log': 'trailLog',
  'aws-endpoint': 'awsEndpoints',
  'bucket-folder': 'bucketFolders',
  'fixed-code': 'fixedCode',
  'user-pool-issuer': 'userPoolIssuer',
  'vpc-link-target': 'vpcLinkTargets',
  'issuer-alias': 'issuerAliases',
  'alarm-action': 'alarmActions',
  'otlp-endpoint': 'otlpEndpoint',
};

const environment: Readonly<Record<string, SettableName>> = {
  GATEWRIGHT_PORT: 'port',
  GATEWRIGHT_HOST: 'host',
  GATEWRIGHT_DATA: 'dataDirectory',
  GATEWRIGHT_STORE: 'store',
  GATEWRIGHT_SHARED: 'shared',
  GATEWRIGHT_MODE: 'mode',
  GATEWRIGHT_STRICT: 'strict',
  GATEWRIGHT_FIXED_CODE: 'fixedCode',
  GATEWRIGHT_REQUEST_STORIES: 'requestStories',
  GATEWRIGHT_OTLP_ENDPOINT: 'otlpEndpoint',
  GATEWRIGHT_LOG_FORMAT: 'logFormat',
  GATEWRIGHT_LOG_LEVEL: 'logLevel',
  GATEWRIGHT_ACCESS_LOG: 'accessLog',
  GATEWRIGHT_TRAIL_LOG: 'trailLog',
};

/** Throws SettingsError. `given` are the parsed flags: `{ port: '8080', memory: true, config: 'gw.json' }`. */
export function readSettings(given: Readonly<Record<string, unknown>>, env: NodeJS.ProcessEnv): Settings {
  const complaints: string[] = [];
  const complain: Complain = (complaint) => complaints.push(complaint);
  const found: Partial<Record<SettableName, unknown>> = {};
  const asGiven: Partial<Record<SettableName, unknown>> = {};

  function take(name: SettableName, value: unknown, where: string): void {
    const read = (readers[name] as Reader<unknown>)(value, (expected) =>
      complain(
        `Cannot read ${where}: ${name} is ${secretNames.has(name) ? 'not right' : JSON.stringify(value)}, expected ${expected}`,
      ),
    );
    if (read === undefined) return;
    found[name] = read;
    asGiven[name] = value;
  }

  const config = given['config'];
  if (config !== undefined) {
    for (const [name, value] of Object.entries(readSettingsFile(String(config), complain))) {
      if (Object.hasOwn(readers, name)) take(name as SettableName, value, `settings ${JSON.stringify(config)}`);
      else complain(`Cannot read settings ${JSON.stringify(config)}: no setting is named ${JSON.stringify(name)}`);
    }
  }
  for (const [variable, name] of Object.entries(environment)) {
    if (env[variable] !== undefined && env[variable] !== '')
      take(name, env[variable], `environment variable ${variable}`);
  }
  for (const [flag, name] of Object.entries(flags)) {
    if (given[flag] !== undefined) take(name, given[flag], `flag --${flag}`);
  }

  const environmentKeys = keysFromEnvironment(env);
  const settings: Settings = { ...defaultSettings, ...(found as Partial<Settings>), environmentKeys };
  const inMemory = given['memory'] === true;
  if ((settings.tlsCertificateFile === undefined) !== (settings.tlsKeyFile === undefined)) {
    complain('Cannot use a TLS certificate: the settings tlsCertificateFile and tlsKeyFile belong together');
  }
  if (inMemory && given['data'] !== undefined) complain('Cannot use --memory with --data: choose one');
  const logFormat = found.logFormat === undefined && settings.mode === 'secure' ? 'json' : settings.logFormat;
  if (complaints.length > 0) throw new SettingsError(complaints);
  const limits = accountQuotas(settings.mode, asGiven as Partial<AccountQuotas>);
  return { ...settings, ...limits, logFormat, dataDirectory: inMemory ? undefined : settings.dataDirectory };
}

function readSettingsFile(file: string, complain: Complain): Record<string, unknown> {
  if (!existsSync(file)) {
    complain(`Cannot read settings ${JSON.stringify(file)}: there is no such file`);
    return {};
  }
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
    complain(`Cannot read settings ${JSON.stringify(file)}: expected one JSON object`);
  } catch (error) {
    complain(`Cannot read settings ${JSON.stringify(file)}: ${(error as Error).message}`);
  }
  return {};
}
