/**
 * Definitions, requests and backends' answers made of odd parts, through the compiled request line. Whatever is configured or sent, compiling gives a
 * plan and running it an answer; what fails, fails for a reason that is said, never by a mistake of ours. By hand: `node test/fuzz/plan-fuzz.ts [seed] [count]`.
 */
import { deflateSync, gzipSync } from 'node:zlib';
import { Problem } from '../../src/base/problem.ts';
import type { GatewayResponse, Integration, IntegrationResponse } from '../../src/definition/rest-api.ts';
import type { RestSnapshot } from '../../src/definition/snapshot.ts';
import { TemplateError } from '../../src/language/vtl/template-error.ts';
import { compileRest, restComplaints } from '../../src/plan/compile-rest.ts';
import type { Reply } from '../../src/plan/exchange.ts';
import {
  answer,
  functionsAnswering,
  liveStage,
  type MethodInWords,
  planTools,
  restSnapshot,
  upstreamAnswering,
} from '../../src/plan/plan-fixture.ts';
import { verbsOfAny } from '../../src/plan/router.ts';
import { type TestInvocation, testInvoke } from '../../src/plan/test-invoke.ts';
import { type Chance, chanceFrom, nastyTexts, seedAndCount } from './random.ts';

/** How long compiling, or one answer, may take on a busy machine: no more than the limit of a selection pattern per response, and some. */
const slowMs = 1_500;

const vpcLinks = [
  { id: 'link01', name: 'one', targetArns: ['arn:aws:x'], status: 'AVAILABLE' as const, tags: {} },
  { id: '', name: 'none', targetArns: [], status: 'FAILED' as const, tags: {} },
];
const v2VpcLinks = [
  {
    vpcLinkId: 'link02',
    name: 'two',
    subnetIds: [],
    securityGroupIds: [],
    vpcLinkStatus: 'AVAILABLE' as const,
    createdAtMs: 0,
    tags: {},
  },
];
const privateTargets = { targetFor: () => ({ host: '127.0.0.1', port: 1, isTls: undefined }) };

/** Runs `count` definitions, each with a few requests; findings are sentences. */
export async function fuzzPlans(seed: number, count: number): Promise<string[]> {
  const chance = chanceFrom(seed);
  const findings: string[] = [];
  for (let i = 0; i < count; i++) {
    const methods = methodsBy(chance);
    const stage = { variables: { x: chance.of(nastyTexts), host: 'example.com' } };
    const gatewayResponses = gatewayResponsesBy(chance);
    const api = {
      binaryMediaTypes: chance.of([[], ['*/*'], ['image/png'], [chance.of(nastyTexts)]]),
      ...(chance.once(3) && { minimumCompressionSize: chance.of([0, 10, 100_000]) }),
    };
    const snapshot = { ...restSnapshot(methods, api), gatewayResponses };
    const shown = (what: string): string =>
      `${what}: ${JSON.stringify(methods).slice(0, 1_500)} ${JSON.stringify(gatewayResponses).slice(0, 500)}`;
    const functions = functionsAnswering(chance.once(2) ? functionAnswerBy(chance) : chance.of(oddPayloads), {
      ...(chance.once(3) && { functionError: 'Unhandled' as const }),
    });
    const upstream = upstreamAnswering({
      status: chance.of([200, 204, 301, 404, 500, 999]),
      headers: headersBy(chance),
      body: chance.of(oddPayloads),
    });
    try {
      const startedMs = performance.now();
      restComplaints(snapshot);
      const live = { ...liveStage(snapshot, stage), vpcLinks, v2VpcLinks };
      const plan = compileRest(live, planTools({ functions, upstream, privateTargets }));
      if (performance.now() - startedMs > slowMs) findings.push(shown('compiling took too long'));
      for (let requests = 0; requests < 3; requests++) {
        const beganMs = performance.now();
        const reply = await answer(plan, requestBy(chance));
        const what = complaintAbout(reply);
        if (what !== undefined) findings.push(shown(what));
        if (performance.now() - beganMs > slowMs) findings.push(shown('an answer took too long'));
      }
      const tested = await testInvoke(testBy(chance, snapshot), planTools({ functions, upstream }));
      if (!/^Execution log for request [0-9a-f-]{36}\n/.test(tested.log)) findings.push(shown(`log ${tested.log}`));
      if (!tested.log.endsWith(`Method completed with status: ${tested.status}\n`)) {
        findings.push(shown(`the end of the log ${tested.log.slice(-200)}`));
      }
      // A backend gets nothing that would end its request line or a header early.
      for (const { target, headers } of upstream.sent) {
        if (/[^\x21-\xff]/.test(target)) findings.push(shown(`target ${JSON.stringify(target)}`));
        if (headers.some((text) => /[\r\n\0]/.test(text))) findings.push(shown(`headers ${JSON.stringify(headers)}`));
      }
    } catch (error) {
      findings.push(shown(`thrown ${(error as Error).stack}`));
    }
  }
  return findings;
}

/** What is wrong with an answer, whatever the definition and the request were; undefined when nothing is. */
export function complaintAbout({ status, problem, body }: Reply): string | undefined {
  if (!Number.isInteger(status) || status < 200 || status > 999) return `status ${status}`;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return `body ${typeof body}`;
  // What is thrown and is no Problem of the line is wrapped, with what was thrown as its cause; once more by a template it was thrown in.
  const thrown = problem?.cause instanceof TemplateError ? problem.cause.cause : problem?.cause;
  const isTooDeep = thrown !== problem?.cause && thrown instanceof RangeError;
  if (
    thrown instanceof Error &&
    !(thrown instanceof Problem) &&
    !isTooDeep &&
    /(Type|Range|Reference|Syntax|URI)Error/.test(thrown.name)
  ) {
    return `a mistake: ${thrown.stack}`;
  }
  return undefined;
}

const labels = ['GET /', 'ANY /a', 'POST /a/{id}', 'ANY /{proxy+}', 'GET /a/constructor', 'GET /{__proto__}'];

function methodsBy(chance: Chance): Record<string, MethodInWords> {
  return Object.fromEntries(
    labels.filter((label) => label.startsWith('ANY') || chance.once(2)).map((label) => [label, methodBy(chance)]),
  );
}

function methodBy(chance: Chance): MethodInWords {
  const codes = ['200', '404', '500'].filter((code) => code === '200' || chance.once(2));
  const integrationResponses = Object.fromEntries(
    codes.map((statusCode) => [statusCode, responseBy(statusCode, chance)]),
  );
  const type = chance.of(['MOCK', 'HTTP', 'HTTP_PROXY', 'AWS', 'AWS_PROXY'] as const);
  const integration: Partial<Integration> & Pick<Integration, 'type'> = {
    type,
    httpMethod: chance.of(['POST', 'GET', 'ANY']),
    uri: uriBy(type, chance),
    passthroughBehavior: chance.of(['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']),
    requestTemplates: mapBy(
      chance,
      ['application/json', 'text/plain'],
      ['{"statusCode": 200}', '{statusCode: 404}', '', '[', '{"a":', ...mappingTemplates],
    ),
    requestParameters: mapBy(chance, requestTargets, requestSources),
    integrationResponses,
    timeoutInMillis: 1_000,
    ...contentHandlingBy(chance),
    ...(chance.once(30) && { credentials: chance.of(nastyTexts) }),
    ...(chance.once(15) && {
      connectionType: 'VPC_LINK',
      connectionId: chance.of(['link01', 'link02', ...nastyTexts]),
    }),
    ...(chance.once(15) && { integrationTarget: chance.of(nastyTexts) }),
  };
  return {
    methodResponses: Object.fromEntries(['200', '404', '500'].map((statusCode) => [statusCode, { statusCode }])),
    integration,
  };
}

function contentHandlingBy(chance: Chance): { contentHandling?: string } {
  return chance.once(4) ? { contentHandling: chance.of(['CONVERT_TO_TEXT', 'CONVERT_TO_BINARY', 'CONVERT']) } : {};
}

function responseBy(statusCode: string, chance: Chance): IntegrationResponse {
  return {
    statusCode,
    ...contentHandlingBy(chance),
    ...(chance.once(2) && {
      selectionPattern: chance.of(['', '.*', '5\\d\\d', '(?i).*bad.*', '(\\n|.)+', chance.of(nastyTexts)]),
    }),
    responseParameters: mapBy(chance, responseTargets, responseSources),
    responseTemplates: mapBy(
      chance,
      ['application/json', 'text/html', '*/*'],
      ['{"fixed":true}', '', '<p>', ...mappingTemplates],
    ),
  };
}

function gatewayResponsesBy(chance: Chance): GatewayResponse[] {
  const types = [
    'DEFAULT_4XX',
    'DEFAULT_5XX',
    'MISSING_AUTHENTICATION_TOKEN',
    'API_CONFIGURATION_ERROR',
    'constructor',
  ];
  return types
    .filter(() => chance.once(4))
    .map((responseType) => ({
      responseType,
      ...(chance.once(2) && { statusCode: chance.of(['200', '404', '599', '101', '999', chance.of(nastyTexts)]) }),
      responseParameters: mapBy(chance, gatewayResponseTargets, requestSources),
      responseTemplates: mapBy(chance, ['application/json', 'text/html', '*/*'], gatewayResponseTemplates),
    }));
}

function uriBy(type: string, chance: Chance): string {
  if (chance.once(20)) return chance.of(nastyTexts);
  return type === 'AWS' || type === 'AWS_PROXY'
    ? `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${chance.of(['f', 'arn:aws:lambda:us-east-1:000000000000:function:f', chance.of(nastyTexts)])}/invocations`
    : chance.of([
        'http://b/',
        'http://b/{id}?q={id}',
        'https://{id}.b:8443/x',
        'http://${stageVariables.host}/{proxy}',
        'http://b/ä ö?ü#f',
        'http://${stageVariables.x}/',
      ]);
}

const requestTargets = [
  'integration.request.path.id',
  'integration.request.path.proxy',
  'integration.request.querystring.q',
  'integration.request.header.X-A',
  'integration.request.header.Host',
  'integration.request.header.Content-Type',
  'integration.request.header.X-Amz-Invocation-Type',
];
const requestSources = [
  'method.request.path.id',
  'method.request.path.proxy',
  'method.request.querystring.q',
  'method.request.header.x',
  'method.request.multivaluequerystring.q',
  'method.request.multivalueheader.x',
  'method.request.body',
  'method.request.body.a.b',
  'method.request.body.$..a',
  'method.request.body.$..*..*..*',
  "method.request.body.$[?(@.a == 'x')]",
  "method.request.body['a'][0]",
  'stageVariables.x',
  'context.requestId',
  'context.identity.sourceIp',
  'context.constructor',
  "'literal ü'",
  "'Event'",
];
const responseTargets = [
  'method.response.header.X-A',
  'method.response.header.Content-Type',
  'method.response.header.Server',
  'method.response.header.Content-Length',
];
const gatewayResponseTargets = [
  'gatewayresponse.header.X-A',
  'gatewayresponse.header.Content-Type',
  'gatewayresponse.header.Content-Length',
  'gatewayresponse.header.x-amzn-RequestId',
];
const mappingTemplates = [
  '{"statusCode": 200}#set($context.requestOverride.header.x = $input.params("q"))#set($context.requestOverride.querystring.q = $input.body)',
  '{"statusCode": 200}#set($context.requestOverride.path.proxy = $input.path("$.a"))#set($context.requestOverride.path.id = $input.params())',
  '#foreach($e in $input.params().header.entrySet())#set($context.requestOverride.header[$e.key] = $e.value)#end{"a": $input.json("$")}',
  '#foreach($e in $input.params().header.entrySet())#set($context.responseOverride.header[$e.key] = $e.value)#end$input.body',
  '#set($context.responseOverride.status = $input.path("$..a"))#set($context.responseOverride.header.x = $input.path("$"))',
  '#foreach($i in $input.path("$"))$i#foreach($j in $i)$j.get(0).x$j#end#end $util.parseJson($input.body) $input.json($input.body)',
  '$util.escapeJavaScript($input.body)$util.urlDecode($input.body)$util.base64Decode($input.body) $util.urlEncode($input.params("q"))',
  '$context.constructor $context.__proto__.x $stageVariables.constructor $input.constructor $input.path("$.__proto__") $util.call.x $context.identity.get.x',
  '#set($root = $input.path("$"))#set($root.self = $root)#set($x = $root.put("a", [$root]))$root $input.json("$") $root.hashCode()',
  '#macro(m)#m()#end#m()#evaluate($input.body)',
];

const gatewayResponseTemplates = [
  '{"message":$context.error.messageString}',
  '$context.constructor $context.__proto__.x $stageVariables.constructor $stageVariables.x',
  '$method.request.path.id $method.request.querystring.q $method.request.header.x $method.request.path.constructor',
  '#if($context.path)${context.path}#end $context.error.validationErrorString',
  '',
];
const responseSources = [
  'integration.response.header.x',
  'integration.response.multivalueheader.x',
  'integration.response.body',
  'integration.response.body.errorMessage.a',
  'integration.response.body.constructor',
  'integration.response.body.$..a[0]',
  'stageVariables.x',
  'context.path',
  "'y'",
];

function mapBy(chance: Chance, names: readonly string[], values: readonly string[]): Record<string, string> {
  const pick = (usual: readonly string[]): string => (chance.once(30) ? chance.of(nastyTexts) : chance.of(usual));
  return Object.fromEntries(Array.from({ length: chance.below(4) }, () => [pick(names), pick(values)]));
}

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const oddPayloads: readonly string[] = [
  '',
  '{}',
  'null',
  '1',
  '"x"',
  '[1]',
  '{"a":{"b":"c"}}',
  '{"a":[{"b":null}]}',
  '{"errorMessage":"bad"}',
  '{"errorMessage":{"a":1}}',
  '{"errorMessage":"{\\"a\\":\\"[\\"}"}',
  '{"__proto__":{"a":1},"constructor":2}',
  deep,
  `{"a":{"b":${deep}}}`,
  `{"errorMessage":${deep}}`,
  `{"errorMessage":"${'a'.repeat(5_000)}"}`,
  '\ufeff{}',
  '\ud800',
  ...nastyTexts,
];

function functionAnswerBy(chance: Chance): Record<string, unknown> {
  const odd: readonly unknown[] = [
    null,
    true,
    0,
    200,
    '200',
    99,
    600,
    1e9,
    'x',
    [],
    {},
    ['a'],
    { a: 'b' },
    { 'X-A': ['b', 1] },
    { 'X-A': '\r\nB: c' },
    { '': 'x' },
    { __proto__: 1 },
    { 'content-type': 5 },
    '\ud800',
  ];
  const names = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded', 'constructor'];
  return Object.fromEntries(names.filter(() => chance.once(2)).map((name) => [name, chance.of(odd)]));
}

function headersBy(chance: Chance): string[] {
  const names = [
    'x',
    'X',
    'Content-Type',
    'Accept',
    'X-Amzn-Trace-Id',
    'Content-Encoding',
    'Server',
    'Date',
    'X-Forwarded-For',
    'Host',
    'constructor',
    '__proto__',
  ];
  const values = [
    'a',
    '',
    'gzip',
    'application/json; x',
    'image/png',
    'Root=1-2-3;Self=x',
    '\xff',
    ',',
    '*/*;q=x',
    'localhost:99999',
  ];
  return Array.from({ length: chance.below(5) }, () => [chance.of(names), chance.of(values)]).flat();
}

/** A test of one of the methods, with a path that may be another's. */
function testBy(chance: Chance, snapshot: RestSnapshot): TestInvocation {
  const resource = chance.of(snapshot.resources);
  const httpMethod = Object.keys(resource.methods)[0]!;
  const { method, path, headers, body } = requestBy(chance);
  return {
    snapshot: { ...snapshot, deploymentId: '' },
    resourceId: resource.id,
    httpMethod,
    verb: httpMethod === 'ANY' && verbsOfAny.has(method) ? method : httpMethod,
    pathWithQueryString: chance.once(3) ? '' : path,
    headers,
    body: body.toString(),
    stageVariables: { x: chance.of(nastyTexts) },
    clientCertificate: undefined,
    vpcLinks: [],
    v2VpcLinks: [],
    caller: { accountId: '000000000000', accessKey: 'AKIA', userArn: 'arn:aws:iam::000000000000:root' },
  };
}

function requestBy(chance: Chance) {
  const path = chance.of([
    '/',
    '/a',
    '/a/1',
    '/a/%2F',
    '/a/..',
    '/x/y/z',
    '/a/%ff',
    '/a/%00',
    '//a',
    '/a/constructor',
    '/a/__proto__',
    '/a/%F0%9F%98%80',
  ]);
  const query = chance.of([
    '',
    '?q=1&q=2',
    '?q',
    '?=&&=',
    '?q=%ff',
    '?q=%0d%0aX',
    '?__proto__=1',
    `?${'q=1&'.repeat(500)}`,
  ]);
  return {
    method: chance.of(['GET', 'GET', 'POST', 'HEAD', 'CONNECT']),
    path: `${path}${query}`,
    headers: [...headersBy(chance), ...codingsBy(chance)],
    body: packedBy(chance, Buffer.from(chance.of(oddPayloads))),
  };
}

/** What says how bodies are packed, true or not. */
function codingsBy(chance: Chance): string[] {
  const codings = ['gzip', 'deflate', 'br', 'identity', '*;q=0, gzip', ';q', 'gzip;q=\xff', 'gzip, gzip'];
  return [
    ...(chance.once(4) ? ['Content-Encoding', chance.of(codings)] : []),
    ...(chance.once(2) ? ['Accept-Encoding', chance.of(codings)] : []),
  ];
}

function packedBy(chance: Chance, body: Buffer): Buffer {
  if (!chance.once(6)) return body;
  const packed = chance.once(2) ? gzipSync(body) : deflateSync(body);
  return chance.once(3) ? packed.subarray(0, packed.length >> 1) : packed;
}

if (import.meta.main) {
  const { seed, count } = seedAndCount(5_000);
  console.log(`seed ${seed}, ${count} definitions`);
  const findings = await fuzzPlans(seed, count);
  for (const finding of new Map(findings.map((each) => [each.slice(0, 120), each])).values())
    console.log(`${finding}\n`);
  console.log(`${findings.length} findings`);
}
