/**
 * Requests that HTTP allows and nobody would send: odd paths, queries, headers, bodies and encodings, against an API with one of each integration that
 * needs no process. Every one is answered, in time, and never with a 5xx, for nothing in the API asks for one.
 * By hand: `node test/fuzz/request-fuzz.ts [seed] [count]`.
 */
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { compose } from '../../src/app/compose/compose.ts';
import { defaultSettings } from '../../src/app/settings.ts';
import { silentLog } from '../../src/ports/telemetry.ts';
import { type Chance, chanceFrom, nastyTexts, seedAndCount } from './random.ts';

/** Templates that look at everything a request has. */
const everything = `{"statusCode": 200}
#foreach($part in $input.params().keySet())#foreach($name in $input.params().get($part).keySet())
$part $util.escapeJavaScript($name) $util.escapeJavaScript($input.params().get($part).get($name)) $util.urlEncode($input.params($name))
#end#end
$context.requestId $context.identity.sourceIp $context.path $util.escapeJavaScript($context.identity.userAgent) $stageVariables.where`;
const bodyReader = `#set($root = $input.path('$'))
{"a": $input.json('$.a'), "list": [#foreach($e in $root.list)"$util.escapeJavaScript($e)"#if($foreach.hasNext),#end#end],
 "text": "$util.escapeJavaScript($input.body)", "deep": "$!root.a.b.c", "encoded": "$util.base64Encode($input.body)"}`;

const responses = { '200': { description: 'done' } };
const mapped = {
  'integration.request.path.id': 'method.request.path.id',
  'integration.request.querystring.q': 'method.request.querystring.q',
  'integration.request.querystring.all': 'method.request.multivaluequerystring.q',
  'integration.request.header.X-Q': 'method.request.querystring.q',
  'integration.request.header.X-Mine': 'method.request.multivalueheader.x-mine',
  'integration.request.header.X-Stage': 'stageVariables.where',
  'integration.request.header.X-Request': 'context.requestId',
};
const parameters = [
  { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
  { name: 'q', in: 'query', schema: { type: 'string' } },
  { name: 'x-mine', in: 'header', schema: { type: 'string' } },
];
const answer = { default: { statusCode: '200' } };

const documentOf = (backend: string): object => ({
  openapi: '3.0.1',
  info: { title: 'mixed', version: '1' },
  paths: {
    '/mock/{id}': {
      'x-amazon-apigateway-any-method': {
        parameters,
        responses,
        'x-amazon-apigateway-integration': {
          type: 'mock',
          requestTemplates: { 'application/json': '{"statusCode": 200}' },
          responses: { default: { statusCode: '200', responseTemplates: { 'application/json': everything } } },
        },
      },
    },
    '/http/{id}': {
      post: {
        parameters,
        responses,
        'x-amazon-apigateway-integration': {
          type: 'http',
          httpMethod: 'POST',
          uri: `${backend}/http/{id}`,
          requestParameters: mapped,
          requestTemplates: { 'application/json': bodyReader, 'text/plain': everything },
          responses: {
            default: {
              statusCode: '200',
              responseTemplates: { 'application/json': '{"said": $input.json("$.url")}', 'text/plain': '$input.body' },
            },
          },
        },
      },
      get: {
        parameters,
        responses,
        'x-amazon-apigateway-integration': {
          type: 'http',
          httpMethod: 'GET',
          uri: `${backend}/get/{id}`,
          requestParameters: mapped,
          responses: answer,
        },
      },
    },
    '/proxy/{proxy+}': {
      'x-amazon-apigateway-any-method': {
        parameters: [{ name: 'proxy', in: 'path', required: true, schema: { type: 'string' } }],
        responses,
        'x-amazon-apigateway-integration': {
          type: 'http_proxy',
          httpMethod: 'ANY',
          uri: `${backend}/proxy/{proxy}`,
          requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
        },
      },
    },
    '/checked': {
      post: {
        parameters: [{ name: 'q', in: 'query', required: true, schema: { type: 'string' } }],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
        },
        responses,
        'x-amazon-apigateway-request-validator': 'all',
        'x-amazon-apigateway-integration': { type: 'http_proxy', httpMethod: 'POST', uri: `${backend}/checked` },
      },
    },
    '/queue': {
      post: {
        responses,
        'x-amazon-apigateway-integration': {
          type: 'aws',
          httpMethod: 'POST',
          uri: 'arn:aws:apigateway:us-east-1:sqs:path/000000000000/queue',
          credentials: 'arn:aws:iam::000000000000:role/x',
          requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
          requestTemplates: { 'application/json': 'Action=SendMessage&MessageBody=$util.urlEncode($input.body)' },
          responses: answer,
        },
      },
    },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'string', pattern: '^[a-z]+$' }, list: { type: 'array', uniqueItems: true } },
      },
    },
  },
  'x-amazon-apigateway-binary-media-types': ['image/png', 'application/octet-stream'],
  'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
  'x-amazon-apigateway-gateway-responses': {
    DEFAULT_4XX: {
      responseParameters: {
        'gatewayresponse.header.X-Why': 'context.error.responseType',
        'gatewayresponse.header.X-Q': 'method.request.querystring.q',
      },
      responseTemplates: { 'application/json': '{"message": $context.error.messageString, "path": "$context.path"}' },
    },
  },
});

export interface MixedApi {
  readonly port: number;
  /** `/_aws/execute-api/{id}/s` */
  readonly base: string;
  close(): Promise<void>;
}

/** `onError` hears what the log says of failures. */
export async function startMixedApi(onError: (line: string) => void): Promise<MixedApi> {
  const backend: Server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => {
      outgoing.writeHead(200, { 'Content-Type': 'application/json' });
      outgoing.end(JSON.stringify({ url: incoming.url, method: incoming.method }));
    });
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  const settings = {
    ...defaultSettings,
    ...{ dataDirectory: undefined, port: 0, drainMs: 0, accountThrottle: null, awsEndpoints: { sqs: origin } },
  };
  const log = {
    ...silentLog,
    error: (message: string, fields?: object) => onError(`${message} ${JSON.stringify(fields)}`),
  };
  const composed = await compose(settings, log, 'fuzz');
  const endpoint = `http://127.0.0.1:${composed.port}`;
  const call = async (path: string, input: object): Promise<{ id: string }> => {
    const reply = await fetch(`${endpoint}${path}`, { method: 'POST', body: JSON.stringify(input) });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${path} answered ${reply.status} ${text}`);
    return JSON.parse(text) as { id: string };
  };
  const { id } = await call('/restapis?mode=import&failonwarnings=true', documentOf(origin));
  await call(`/restapis/${id}/deployments`, { stageName: 's', variables: { where: 'here' } });
  return {
    port: composed.port,
    base: `/_aws/execute-api/${id}/s`,
    async close() {
      await composed.close();
      backend.closeAllConnections();
      await new Promise((resolve) => backend.close(resolve));
    },
  };
}

interface OddRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly [string, string][];
  readonly body: Buffer;
  readonly isChunked: boolean;
}

/** Sends `count` requests over kept connections, a few at a time; findings are sentences. */
export async function fuzzRequests({ port, base }: MixedApi, seed: number, count: number): Promise<string[]> {
  const chance = chanceFrom(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const findings: string[] = [];
  let left = count;
  async function worker(): Promise<void> {
    while (left-- > 0) {
      const odd = requestBy(chance, base);
      const what = complaintAbout(await exchanged(port, agent, odd));
      if (what !== undefined)
        findings.push(`${what}: ${JSON.stringify({ ...odd, body: odd.body.toString('latin1') }).slice(0, 1_500)}`);
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker));
  agent.destroy();
  return findings;
}

type Answer = { readonly status: number; readonly text: string } | string;

function complaintAbout(answered: Answer): string | undefined {
  if (typeof answered === 'string') return answered;
  const { status, text } = answered;
  return status >= 500 || status < 200 ? `${status} ${text.slice(0, 200)}` : undefined;
}

const answerMs = 10_000;

function exchanged(
  port: number,
  agent: Agent,
  { method, path, headers, body, isChunked }: OddRequest,
): Promise<Answer> {
  return new Promise((resolve) => {
    const framing = isChunked
      ? [['Transfer-Encoding', 'chunked']]
      : body.length > 0
        ? [['Content-Length', String(body.length)]]
        : [];
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method,
        path,
        headers: [['Host', 'localhost'], ...headers, ...framing].flat(),
        timeout: answerMs,
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('latin1').on('data', (piece: string) => {
          text += piece;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode!, text }));
        incoming.on('error', (error) => resolve(`broken off: ${error.message}`));
      },
    );
    outgoing.on('timeout', () => {
      resolve('no answer in time');
      outgoing.destroy();
    });
    // A refusal may close the connection while the body is still on its way; what counts is that an answer came.
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(`no answer: ${error.code ?? error.message}`));
    outgoing.end(body);
  });
}

const methods = ['GET', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
const places = [
  '/mock/',
  '/mock/',
  '/http/',
  '/http/',
  '/http/',
  '/proxy/',
  '/proxy/a/',
  '/checked',
  '/queue',
  '/',
  '//',
  '/nothing/',
];
const types = [
  'application/json',
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'text/plain',
  'image/png',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'nonsense',
  '',
];
const headerNames = [
  'X-Mine',
  'x-mine',
  'Accept',
  'Accept-Encoding',
  'User-Agent',
  'Cookie',
  'Authorization',
  'X-Forwarded-For',
  'Via',
  'X-Amzn-Trace-Id',
  'X-Amz-Date',
  'If-None-Match',
  'Range',
  'x-http-method-override',
  '__proto__',
  'constructor',
  'Origin',
];
const bodies = [
  '{"a":"abc","list":[1,2,"x"]}',
  '{"a":{"b":{"c":1}},"list":{"x":1}}',
  '{"a":"ABC"}',
  '{"a":"abc","list":[1,1]}',
  '{}',
  '[]',
  '"text"',
  'null',
  '{"a":',
  "{'a': b}",
  '{"list":"abc"}',
  '{"a":"\\ud800"}',
  'a=b&c=d',
  '<a/>',
];

function requestBy(chance: Chance, base: string): OddRequest {
  const place = chance.of(places);
  const path = `${base}${place}${place.endsWith('/') ? segmentBy(chance) : ''}${queryBy(chance)}`;
  const body = bodyBy(chance);
  const headers: [string, string][] = [];
  if (chance.below(5) > 0) headers.push(['Content-Type', chance.of(types)]);
  for (let more = chance.below(4); more > 0; more--) headers.push([chance.of(headerNames), headerValueBy(chance)]);
  if (chance.once(12)) headers.push(['Content-Encoding', chance.of(['gzip', 'deflate', 'identity', 'br'])]);
  const isGzipped = headers.some(([name, value]) => name === 'Content-Encoding' && value === 'gzip') && chance.once(2);
  return {
    method: chance.of(methods),
    path,
    headers,
    body: isGzipped ? gzipSync(body) : body,
    isChunked: chance.once(4),
  };
}

/** Anything a request line may hold, encoded or as it is. */
function segmentBy(chance: Chance): string {
  const text = chance.once(3) ? chance.of(nastyTexts) : textBy(chance);
  const encoded = chance.once(2) ? encodeURIComponent(text.toWellFormed()) : text.replace(/[^\x21-\x7e]|[#?]/g, '%');
  return encoded.slice(0, 1_000);
}

function queryBy(chance: Chance): string {
  let query = '';
  for (let more = chance.below(4); more > 0; more--) {
    const name = chance.of(['q', 'q', 'Q', 'other', '', segmentBy(chance)]);
    query += `${query === '' ? '?' : chance.of(['&', '&', '&&', ';'])}${name}${chance.of(['=', '=', '', '=='])}${segmentBy(chance)}`;
  }
  return query;
}

/** No Accept of a binary type: text that is asked for as bytes has to be base64, and is a 500 when it is not (rows BIN-*). */
function headerValueBy(chance: Chance): string {
  const text = chance.once(2)
    ? chance.of(['*/*', 'application/json', 'image/webp, */*', 'GET', 'a=b; c', 'gzip', 'text/plain;q=0'])
    : textBy(chance);
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 500);
}

function bodyBy(chance: Chance): Buffer {
  switch (chance.below(5)) {
    case 0:
      return Buffer.alloc(0);
    case 1:
      return Buffer.from(Array.from({ length: chance.below(300) }, () => chance.below(256)));
    case 2:
      return Buffer.from(chance.of(nastyTexts));
    default:
      return Buffer.from(chance.of(bodies));
  }
}

function textBy(chance: Chance): string {
  return String.fromCharCode(
    ...Array.from({ length: chance.below(20) }, () => chance.of([chance.below(128), chance.below(256), 37, 47, 123])),
  );
}

if (import.meta.main) {
  const { seed, count } = seedAndCount(5_000);
  console.log(`seed ${seed}, ${count} requests`);
  const api = await startMixedApi((line) => console.log(line));
  const findings = await fuzzRequests(api, seed, count);
  await api.close();
  for (const finding of findings.slice(0, 20)) console.log(finding);
  console.log(`${findings.length} findings`);
}
