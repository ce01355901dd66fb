/**
 * AWS calls made of the service models and then spoilt: wrong types, huge numbers, deep nesting, half surrogates, inherited names. Whatever comes, the
 * caller gets an answer that blames the caller. By hand: `node test/fuzz/wire-fuzz.ts [seed] [count]`.
 */
import { zipSync } from 'fflate';
import { createAwsClient } from '../../src/app/aws-client.ts';
import { builtOperations } from '../../src/app/compose/built-operations.ts';
import { compose } from '../../src/app/compose/compose.ts';
import { defaultSettings } from '../../src/app/settings.ts';
import { type HttpReply, type HttpRequest, noBody } from '../../src/base/http.ts';
import { silentLog } from '../../src/ports/telemetry.ts';
import {
  loadModel,
  type Member,
  type ModelName,
  type OperationModel,
  type Shape,
} from '../../src/wire/service-model.ts';
import { type Chance, chanceFrom, nastyTexts, seedAndCount } from './random.ts';

/** A call that was answered with a fault of ours, or too late. */
export interface Finding {
  readonly what: string;
  readonly request: string;
}

/** Where values come from. */
interface Source {
  readonly chance: Chance;
  /** Values that exist, by member name in lower case. */
  readonly known: Map<string, string[]>;
  /** One value in so many is spoilt: many calls must get past the first check, or nothing behind it is tried. */
  readonly spoiltOnceIn: number;
}

type Services = (request: HttpRequest) => Promise<HttpReply>;

/** Operations that start processes, or call backends that take their time, are for other tests. */
const leftOut = new Set(['Invoke', 'InvokeAsync', 'TestInvokeMethod']);
/** Longer is a hang, also on a busy machine. */
const slowMs = 1_500;

interface Target {
  readonly model: ModelName;
  readonly operation: OperationModel;
}

async function targets(): Promise<Target[]> {
  return (await builtOperations()).flatMap(({ service, operations }) =>
    operations
      .filter(({ name, built }) => built && !leftOut.has(name))
      .map(({ name }) => ({ model: service as ModelName, operation: loadModel(service as ModelName).operation(name) })),
  );
}

/** Sends `count` calls to a product that has nothing yet. */
export async function fuzzWire(services: Services, seed: number, count: number): Promise<Finding[]> {
  const chance = chanceFrom(seed);
  const all = await targets();
  const findings: Finding[] = [];
  let known = await makeTargets(services);
  for (let i = 0; i < count; i++) {
    if (i % 1_000 === 999) known = await makeTargets(services);
    const { operation } = chance.of(all);
    // What destroys is called seldom, so that there is something to work on.
    if (operation.name.startsWith('Delete') && !chance.once(40)) continue;
    const request = callOf(operation, { chance, known, spoiltOnceIn: chance.of([3, 12, 60]) });
    const startedMs = performance.now();
    const reply = await services(request);
    const tookMs = performance.now() - startedMs;
    const text = Buffer.from(reply.body as string).toString();
    if (reply.status >= 500)
      findings.push({ what: `${operation.name} answered ${reply.status}: ${text}`, request: shown(request) });
    if (tookMs > slowMs)
      findings.push({ what: `${operation.name} took ${Math.round(tookMs)} ms`, request: shown(request) });
  }
  return findings;
}

function shown({ method, path, query, body }: HttpRequest): string {
  return `${method} ${path}${query === '' ? '' : `?${query}`} ${body.toString().slice(0, 1_500)}`;
}

/** Something to work on, so that calls get past `no such API`: one API with a method, deployed to a stage, and one function. */
async function makeTargets(services: Services): Promise<Map<string, string[]>> {
  const aws = createAwsClient(services);
  const { item: old } = (await aws('GET', '/restapis')) as { item?: { id: string }[] };
  for (const { id } of old ?? []) await aws('DELETE', `/restapis/${id}`);
  const api = await aws('POST', '/restapis', { name: 'fuzzed' });
  const pets = await aws('POST', `/restapis/${api['id']}/resources/${api['rootResourceId']}`, { pathPart: 'pets' });
  const method = `/restapis/${api['id']}/resources/${pets['id']}/methods/GET`;
  await aws('PUT', method, { authorizationType: 'NONE' });
  const requestTemplates = { 'application/json': '{"statusCode": 200}' };
  await aws('PUT', `${method}/integration`, { type: 'MOCK', requestTemplates });
  await aws('PUT', `${method}/responses/200`, {});
  await aws('PUT', `${method}/integration/responses/200`, {});
  const deployment = await aws('POST', `/restapis/${api['id']}/deployments`, { stageName: 'prod' });
  await aws('DELETE', '/2015-03-31/functions/f').catch(() => {});
  await aws('POST', '/2015-03-31/functions', {
    FunctionName: 'f',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/x',
    Code: { ZipFile: usualZip },
  });
  return new Map([
    ['restapiid', [String(api['id'])]],
    ['resourceid', [String(pets['id'])]],
    ['parentid', [String(api['rootResourceId']), String(pets['id'])]],
    ['deploymentid', [String(deployment['id'])]],
  ]);
}

function callOf(operation: OperationModel, source: Source): HttpRequest {
  const { chance } = source;
  const [template, fixedQuery = ''] = operation.requestUri.split('?') as [string, string?];
  const query = new URLSearchParams(fixedQuery);
  const headers = [
    'Host',
    'localhost',
    'Content-Type',
    'application/json',
    'Accept',
    chance.once(3) ? '*/*' : 'application/json',
  ];
  const body: Record<string, unknown> = {};
  let path = template;
  for (const member of operation.input.members) {
    const isWanted = member.isRequired || member.name === 'patchOperations' || chance.once(5);
    if (member.location === 'uri') {
      const value = textFor(member, source).toWellFormed();
      path = path.replace(new RegExp(`\\{${member.wireName}\\+?\\}`), () => encodeURIComponent(value));
    } else if (!isWanted) {
      // Left out.
    } else if (member.location === 'querystring') query.append(member.wireName, textFor(member, source));
    else if (member.location === 'header')
      headers.push(member.wireName, chance.of(nastyTexts).replace(/[^\x20-\x7e]/g, ''));
    else body[member.wireName] = valueFor(member, source, 0);
  }
  const hasBody = Object.keys(body).length > 0;
  return {
    method: operation.method,
    path,
    query: query.toString(),
    headers,
    body: hasBody ? spoiltText(JSON.stringify(body), chance) : noBody,
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp: '127.0.0.1',
  };
}

/** JSON text, now and then cut, doubled or with bytes that are none. */
function spoiltText(text: string, chance: Chance): Buffer {
  if (!chance.once(60)) return Buffer.from(text);
  switch (chance.below(6)) {
    case 0:
      return Buffer.from(text.slice(0, chance.below(text.length)));
    case 1:
      return Buffer.from(text + text);
    case 2:
      return Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0xfe])]);
    case 3:
      return Buffer.from('['.repeat(100_000));
    case 4:
      return Buffer.from(`{"a":${'{"a":'.repeat(150)}1${'}'.repeat(150)}}`);
    default:
      return Buffer.from(
        chance.of(['null', '1', '"x"', '[]', '[{}]', 'true', '{"__proto__":{"name":"x"},"name":"y"}']),
      );
  }
}

function textFor(member: Member, { chance, known, spoiltOnceIn }: Source): string {
  if (chance.once(spoiltOnceIn)) return chance.of(nastyTexts);
  const ids = known.get(member.name.toLowerCase());
  if (ids !== undefined) return chance.of(ids);
  const usual = usualTexts[member.name.toLowerCase()];
  if (usual !== undefined) return chance.of(usual);
  if (member.shape.enumValues !== undefined) return chance.of(member.shape.enumValues);
  return chance.of(['abc', ...nastyTexts]);
}

const usualZip = Buffer.from(zipSync({ 'index.js': Buffer.from('exports.handler = async () => 1;') })).toString(
  'base64',
);

const patchPaths = [
  '/name',
  '/description',
  '/policy',
  '/minimumCompressionSize',
  '/binaryMediaTypes/image~1png',
  '/endpointConfiguration/types/0',
  '/apiKeyRequired',
  '/requestParameters/method.request.path.x',
  '/requestModels/application~1json',
  '/authorizationScopes',
  '/uri',
  '/httpMethod',
  '/timeoutInMillis',
  '/cacheKeyParameters/x',
  '/requestTemplates/application~1json',
  '/responseTemplates/a~1b',
  '/responseParameters/method.response.header.x',
  '/selectionPattern',
  '/statusCode',
  '/variables/__proto__',
  '/variables/x',
  '/canarySettings/percentTraffic',
  '/canarySettings/stageVariableOverrides/constructor',
  '/canarySettings',
  '/*/*/throttling/rateLimit',
  '/~1/GET/throttling/burstLimit',
  '/constructor/GET/logging/loglevel',
  '/pathPart',
  '/parentId',
  '/deploymentId',
  '/accessLogSettings/format',
  '/accessLogSettings/destinationArn',
  '/cloudwatchRoleArn',
  '/features',
  '/tlsConfig/insecureSkipVerification',
  '/toString',
  '/__proto__/x',
];

/** What makes a call get past the first check, by member name in lower case. */
const usualTexts: Readonly<Record<string, readonly string[]>> = {
  httpmethod: ['GET', 'GET', 'GET', 'POST', 'ANY', 'constructor'],
  statuscode: ['200', '200', '404', '100', '599'],
  stagename: ['prod', 'dev'],
  pathpart: ['pets', '{id}', '{proxy+}', '{__proto__}', 'constructor'],
  authorizationtype: ['NONE', 'NONE', 'AWS_IAM'],
  integrationhttpmethod: ['POST', 'GET'],
  type: ['MOCK', 'HTTP', 'HTTP_PROXY', 'AWS', 'AWS_PROXY'],
  op: ['replace', 'add', 'remove', 'copy'],
  path: patchPaths,
  functionname: ['f', 'g', 'arn:aws:lambda:us-east-1:000000000000:function:f', 'f:constructor'],
  qualifier: ['$LATEST', '1', 'constructor', '__proto__', 'live'],
  functionversion: ['$LATEST', '1'],
  role: ['arn:aws:iam::000000000000:role/x'],
  runtime: ['nodejs22.x', 'python3.13'],
  handler: ['index.handler'],
  zipfile: [usualZip, 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=='],
  s3bucket: ['file'],
  s3key: ['/tmp'],
  action: ['lambda:InvokeFunction', 'lambda:*'],
  principal: ['apigateway.amazonaws.com', '*', '000000000000'],
  resourcearn: ['arn:aws:apigateway:us-east-1::/restapis/x'],
  position: ['aWQ9U3g='],
  embed: ['methods', 'apisummary'],
  name: ['live', 'x'],
  uri: [
    'http://127.0.0.1:1/{id}',
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations',
  ],
  passthroughbehavior: ['WHEN_NO_MATCH', 'NEVER'],
  credentials: ['arn:aws:iam::000000000000:role/x'],
  selectionpattern: ['', '2\\d\\d', '(a+)+b', '['],
  cloudwatchrolearn: ['arn:aws:iam::000000000000:role/x'],
  operationname: ['list'],
  description: ['text'],
  statementid: ['s1', 's2'],
  tagkeys: ['team'],
  // Of patch operations.
  value: [
    '',
    'true',
    '0',
    '1.5',
    '-1',
    'x',
    'POST',
    'image/png',
    '200',
    'PRIVATE',
    "'x'",
    'method.request.querystring.a',
    'INFO',
    '29000',
  ],
  from: ['/canarySettings/deploymentId', '/canarySettings/stageVariableOverrides'],
};

/** A value of the member's shape, or one that is not. */
function valueFor(member: Member, source: Source, depth: number): unknown {
  const { chance, spoiltOnceIn } = source;
  return chance.once(spoiltOnceIn * 2) ? chance.of(wrongValues) : shapedValue(member.shape, member, source, depth);
}

const wrongValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  -(2 ** 63),
  '',
  [],
  {},
  [null],
  [[[]]],
  { __proto__: 1 },
  JSON.parse('{"__proto__":{"x":1}}'),
  { constructor: 'x' },
  'x'.repeat(100_000),
  '\ud800',
];

function shapedValue(shape: Shape, member: Member, source: Source, depth: number): unknown {
  const { chance } = source;
  if (depth > 4) return {};
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        shape.members
          .filter((each) => each.isRequired || !chance.once(4))
          .map((each) => [each.wireName, valueFor(each, source, depth + 1)]),
      );
    case 'list':
      return Array.from({ length: chance.below(4) }, () => shapedValue(shape.element!, member, source, depth + 1));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: chance.below(4) }, () => [
          chance.once(source.spoiltOnceIn) ? chance.of(nastyTexts) : chance.of(mapKeys),
          shapedValue(shape.value!, member, source, depth + 1),
        ]),
      );
    case 'boolean':
      return chance.once(2);
    case 'integer':
    case 'long':
      return chance.of([0, 1, 3, 128, 900, 29_000, -1, 2 ** 31, 2 ** 53]);
    case 'float':
    case 'double':
      return chance.of([0, 0.5, 50, 100, 100.5, -0.1, 1e308]);
    case 'timestamp':
      return chance.of([0, 1e10, -1e15, '2026-01-01T00:00:00Z', 'x']);
    default:
      return textFor(member, source);
  }
}

const mapKeys = [
  'application/json',
  'text/plain',
  'method.request.querystring.a',
  'method.request.header.b',
  'method.response.header.x',
  'integration.request.header.x',
  'integration.request.path.id',
  'team',
];

if (import.meta.main) {
  const { seed, count } = seedAndCount(20_000);
  console.log(`seed ${seed}, ${count} calls`);
  const composed = await compose(
    { ...defaultSettings, dataDirectory: undefined, port: 0, drainMs: 0 },
    silentLog,
    'fuzz',
  );
  const findings = await fuzzWire(composed.services, seed, count);
  await composed.close();
  const byWhat = new Map(findings.map((finding) => [finding.what.slice(0, 80), finding]));
  for (const { what, request } of byWhat.values()) console.log(`${what}\n  ${request}`);
  console.log(`${findings.length} findings of ${byWhat.size} kinds`);
}
