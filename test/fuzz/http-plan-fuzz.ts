/**
 * HTTP APIs made of odd route keys, addresses and mappings, asked by odd requests. Whatever is configured or sent, compiling gives a plan and running
 * it an answer; what passes the control plane's grammar of mappings is compiled without a complaint about it. By hand: `node test/fuzz/http-plan-fuzz.ts [seed] [count]`.
 */
import {
  httpRequestMappingComplaints,
  httpResponseMappingComplaints,
} from '../../src/definition/http-parameter-mapping.ts';
import { httpRouteKeyFault } from '../../src/definition/route-keys.ts';
import type { V2Integration } from '../../src/definition/v2-api.ts';
import { compileHttpApi, httpComplaints } from '../../src/plan/compile-http.ts';
import { httpAnswer, httpSnapshot, httpStage, type RouteInWords } from '../../src/plan/http/http-plan-fixture.ts';
import { functionsAnswering, planTools, upstreamAnswering } from '../../src/plan/plan-fixture.ts';
import { complaintAbout } from './plan-fuzz.ts';
import { type Chance, chanceFrom, nastyTexts, seedAndCount } from './random.ts';

/** How long compiling, or one answer, may take on a busy machine. */
const slowMs = 1_500;

/** Runs `count` definitions, each with a few requests; findings are sentences. */
export async function fuzzHttpPlans(seed: number, count: number): Promise<string[]> {
  const chance = chanceFrom(seed);
  const findings: string[] = [];
  for (let i = 0; i < count; i++) {
    const routes = routesBy(chance);
    const shown = (what: string): string => `${what}: ${JSON.stringify(routes).slice(0, 2_000)}`;
    const functions = functionsAnswering(chance.of(oddPayloads));
    const upstream = upstreamAnswering({
      status: chance.of([200, 204, 301, 404, 500]),
      headers: ['content-type', 'application/json', 'x-a', chance.of(headerValues)],
      body: chance.of(oddPayloads),
    });
    const awsServices = {
      accessTo: () => ({ origin: 'http://aws', host: 'aws', keys: { accessKeyId: 'a', secretAccessKey: 'b' } }),
    };
    const api = chance.once(2) ? { corsConfiguration: { allowOrigins: [chance.of(nastyTexts), 'https://*'] } } : {};
    const stage = { stageName: chance.of(['$default', 'beta']), stageVariables: { x: chance.of(nastyTexts) } };
    try {
      const startedMs = performance.now();
      const snapshot = httpSnapshot(routes, api);
      findings.push(...unexpectedComplaints(routes, httpComplaints(snapshot)).map(shown));
      const plan = compileHttpApi(httpStage(snapshot, stage), planTools({ functions, upstream, awsServices }));
      if (performance.now() - startedMs > slowMs) findings.push(shown('compiling took too long'));
      for (let requests = 0; requests < 4; requests++) {
        const beganMs = performance.now();
        const reply = await httpAnswer(plan, requestBy(chance));
        const what = complaintAbout(reply);
        if (what !== undefined) findings.push(shown(what));
        if (reply.headers.some((text) => /[\r\n\0]/.test(text)))
          findings.push(shown(`answer ${JSON.stringify(reply.headers)}`));
        if (performance.now() - beganMs > slowMs) findings.push(shown('an answer took too long'));
      }
      // A backend gets nothing that would end its request line or a header early.
      for (const { target, headers } of upstream.sent) {
        if (/[^\x21-\x7e]/.test(target) || !target.startsWith('/'))
          findings.push(shown(`target ${JSON.stringify(target)}`));
        if (headers.some((text) => /[\r\n\0]/.test(text))) findings.push(shown(`headers ${JSON.stringify(headers)}`));
      }
    } catch (error) {
      findings.push(shown(`thrown ${(error as Error).stack}`));
    }
  }
  return findings;
}

/** Complaints about mappings the control plane would have let through: both read them by one grammar, so there are none but of variables nobody knows. */
function unexpectedComplaints(routes: Readonly<Record<string, RouteInWords>>, complaints: readonly string[]): string[] {
  const found: string[] = [];
  for (const [key, { integration }] of Object.entries(routes)) {
    if (integration === undefined || integration.integrationSubtype !== undefined) continue;
    const refused = [
      ...httpRequestMappingComplaints(integration.requestParameters ?? {}),
      ...httpResponseMappingComplaints(integration.responseParameters ?? {}),
    ];
    if (refused.length > 0) continue;
    for (const complaint of complaints) {
      if (complaint.startsWith(`${key}: `) && /is no mapping|no mapping may/.test(complaint)) found.push(complaint);
    }
  }
  return found;
}

const keys = [
  'GET /',
  'ANY /a',
  'POST /a/{id}',
  'GET /{x}/b',
  'ANY /{proxy+}',
  'GET /a/',
  'GET /a/constructor',
  '$default',
];

function routesBy(chance: Chance): Record<string, RouteInWords> {
  const odd = chance.once(3) ? [`${chance.of(['GET', 'ANY', 'get'])} /${chance.of(nastyTexts)}`] : [];
  const chosen = keys.filter(() => chance.once(2)).concat(odd.filter((key) => httpRouteKeyFault(key) === undefined));
  return Object.fromEntries(chosen.map((key) => [key, { integration: integrationBy(chance) }]));
}

function integrationBy(chance: Chance): Partial<V2Integration> & Pick<V2Integration, 'integrationType'> {
  const kind = chance.of(['HTTP_PROXY', 'AWS_PROXY', 'service'] as const);
  const timeoutInMillis = 1_000;
  if (kind === 'service') {
    return {
      integrationType: 'AWS_PROXY',
      integrationSubtype: chance.of([
        'SQS-SendMessage',
        'EventBridge-PutEvents',
        'AppConfig-GetConfiguration',
        'Kinesis-PutRecord',
      ]),
      credentialsArn: 'arn:aws:iam::000000000000:role/x',
      requestParameters: mapBy(chance, serviceParameters, values),
      timeoutInMillis,
    };
  }
  return {
    integrationType: kind,
    integrationUri: kind === 'HTTP_PROXY' ? chance.of(uris) : 'arn:aws:lambda:us-east-1:000000000000:function:f',
    integrationMethod: chance.of(['ANY', 'GET', 'POST']),
    payloadFormatVersion: chance.of(['1.0', '2.0']),
    timeoutInMillis,
    ...(chance.once(2) && { requestParameters: mapBy(chance, requestTargets, values) }),
    ...(chance.once(2) && {
      responseParameters: { [chance.of(['200', '404', '500'])]: mapBy(chance, responseTargets, values) },
    }),
  };
}

function mapBy(chance: Chance, names: readonly string[], of: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 1 + chance.below(3) }, () => [
      chance.of(names),
      chance.once(3) ? chance.of(nastyTexts) : chance.of(of),
    ]),
  );
}

const uris = [
  'http://b',
  'http://b/{proxy}',
  'http://b/x/{id}?q={id}',
  'https://${stageVariables.x}/',
  'http://${stageVariables.x}:80/{x}',
  ...nastyTexts,
];
const serviceParameters = [
  'QueueUrl',
  'MessageBody',
  'MessageAttributes',
  'Region',
  'Detail',
  'Time',
  'Resources',
  'Data',
  'Application',
];
const requestTargets = [
  'overwrite:path',
  'append:header.x-a',
  'overwrite:header.x-a',
  'remove:header.x-a',
  'append:querystring.q',
  'overwrite:querystring.q',
  'remove:querystring.q',
  'overwrite:header.__proto__',
  'append:header.via',
];
const responseTargets = [
  'overwrite:statuscode',
  'append:header.x-a',
  'overwrite:header.content-type',
  'remove:header.x-a',
  'append:path',
];
const values = [
  '$request.header.x-a',
  '$request.querystring.q',
  '$request.body',
  '$request.body.a.b[0]',
  '$request.path',
  '$request.path.proxy',
  '/x/${request.path.id}',
  '$response.header.x-a',
  '$response.body.a',
  '$context.path',
  '$context.nothing',
  '$stageVariables.x',
  '${request.body.a}-${context.requestId}',
  'https://sqs/1/q',
  '200',
  '999',
];
const headerValues = ['a', '', 'é', '../..', 'a, b'];
const oddPayloads = [
  '',
  'null',
  '{}',
  '{"statusCode":200}',
  '{"statusCode":200,"headers":{"x":"é"},"cookies":["a=1"]}',
  '{"a":{"b":[1,"x"]}}',
  '"text"',
  '[',
  '\u0000',
  '{"statusCode":204,"body":""}',
];

function requestBy(chance: Chance) {
  const path = `/${chance.of(['', 'a', 'a/', 'a/1', 'x/b', 'a/%2e%2e/b', '../../x', '%zz', 'a%3Fb', '%F0%9F%98%80', 'a//b'])}`;
  const query = chance.of(['', '?q=1', '?q=%zz&q', '?%00=1', '?a;b&q=é', '?&&=&']);
  return {
    method: chance.of(['GET', 'POST', 'OPTIONS', 'HEAD', 'TRACE']),
    path: path + query,
    headers: [
      ...[
        'x-a',
        chance.of(headerValues),
        'cookie',
        chance.of([';;', 'a=1; b', '']),
        'Origin',
        chance.of(['https://a', 'null']),
      ],
      ...['X-Forwarded-For', chance.of(['', '::1', 'a"b\\', ',,'])],
      ...(chance.once(2) ? ['Access-Control-Request-Method', 'GET'] : []),
      ...['content-type', chance.of(['application/json', 'image/png', '', ';'])],
    ],
    body: chance.of(oddPayloads),
  };
}

if (import.meta.main) {
  const { seed, count } = seedAndCount(20_000);
  const findings = await fuzzHttpPlans(seed, count);
  for (const finding of findings.slice(0, 20)) console.log(finding);
  console.log(`seed ${seed}: ${count} definitions, ${findings.length} findings`);
}
