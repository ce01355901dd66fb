/** What became of a request: `GET /_/requests/{id}` and `gatewright trace`, on the whole product. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy } from '../support/api-under-test.ts';
import { type Backend, httpBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

interface Story {
  readonly requestId: string;
  readonly route?: string;
  readonly status: number;
  readonly request?: { headers: Record<string, string>; body: string };
  readonly events: {
    what: string;
    name: string;
    outcome: string;
    atMs: number;
    tookMs: number;
    sent?: { headers?: Record<string, string>; body: string };
    received?: { status: number; body: string };
  }[];
  readonly problem?: { kind: string; why: string };
  readonly answer?: { status: number; body: string };
}

let gatewright: TestGatewright;
let backend: Backend;
let api: ApiUnderTest;

before(async () => {
  backend = await httpBackend((_, response) => {
    response.writeHead(418, { 'X-Pot': 'short' }).end('{"pot":"stout"}');
  });
  gatewright = await startTestGatewright();
  const f = await createFunction(gatewright, 'f', 'exports.handler = async () => ({ statusCode: 201, body: "made" });');
  api = await createApi(gatewright, {
    'POST /tea/{kind}': {
      type: 'HTTP',
      verb: 'POST',
      uri: `${backend.origin}/pot`,
      requestTemplates: { 'application/json': '{"kind":"$input.params("kind")"}' },
      responses: [{ statusCode: '200', responseTemplates: { 'application/json': 'brewed' } }],
    },
    'GET /made': lambdaProxy(f),
  });
  await api.deploy('dev');
});
after(async () => {
  await gatewright.close();
  await backend.close();
});

async function storyOf(path: string, init: RequestInit = {}): Promise<Story> {
  const reply = await fetch(api.url('dev', path), init);
  await reply.text();
  const page = await fetch(`${gatewright.endpoint}/_/requests/${reply.headers.get('x-amzn-requestid')}`);
  assert.equal(page.status, 200);
  return (await page.json()) as Story;
}

test('a story has the route, each step, what the template rendered, what the backend got and said, and the answer', async () => {
  const story = await storyOf('/tea/oolong', {
    method: 'POST',
    body: '{"x":1}',
    headers: { Authorization: 'Bearer secret-token', 'Content-Type': 'application/json' },
  });
  assert.equal(story.route, 'POST /tea/{kind}');
  assert.equal(story.request?.body, '{"x":1}');
  assert.ok(!JSON.stringify(story).includes('secret-token'));
  const [call] = story.events.filter(({ what }) => what === 'backend');
  assert.equal(call?.name, `POST ${backend.origin}/pot`);
  assert.equal(call?.sent?.body, '{"kind":"oolong"}');
  assert.equal(call?.outcome, 'answered 418');
  assert.deepEqual([call?.received?.status, call?.received?.body], [418, '{"pot":"stout"}']);
  const integration = story.events.find(({ what }) => what === 'integration')!;
  assert.match(integration.name, /^http POST/);
  assert.equal(integration.outcome, 'answered 200');
  assert.ok(integration.atMs <= call!.atMs && call!.tookMs <= integration.tookMs);
  assert.ok(story.events.some(({ what, name }) => what === 'step' && name.startsWith('account throttle')));
  assert.deepEqual([story.status, story.answer?.body], [200, 'brewed']);
});

test('a story of a function tells who may invoke it, its event and its answer', async () => {
  const { events } = await storyOf('/made');
  const [permission] = events.filter(({ what }) => what === 'permission');
  assert.match(permission!.outcome, /^not allowed by the resource policy/);
  const [call] = events.filter(({ what }) => what === 'function');
  assert.equal((JSON.parse(call!.sent!.body) as { resource: string }).resource, '/made');
  assert.match(call!.outcome, /^answered 200, version \$LATEST, request /);
  assert.deepEqual(JSON.parse(call!.received!.body), { statusCode: 201, body: 'made' });
});

test('a story of a refusal says why, which the client does not learn', async () => {
  const story = await storyOf('/coffee');
  assert.equal(story.route, undefined);
  assert.equal(story.status, 403);
  assert.match(story.problem!.why, /^GET \/coffee not found; deployed: GET \/made, POST \/tea\/\{kind\}/);
});

test('/_/requests lists the latest, newest first; gatewright trace prints one', async () => {
  const { requestId } = await storyOf('/tea/green', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
  });
  const { requests } = (await (await fetch(`${gatewright.endpoint}/_/requests`)).json()) as { requests: Story[] };
  assert.equal(requests[0]!.requestId, requestId);
  const main = join(import.meta.dirname, '../../src/main.ts');
  const trace = async (...words: string[]): Promise<string> => {
    const args = [main, 'trace', ...words, '--endpoint', gatewright.endpoint];
    return (await promisify(execFile)(process.execPath, args)).stdout;
  };
  const text = await trace(requestId);
  assert.match(text, /route POST \/tea\/\{kind\}/);
  assert.match(text, /backend POST http:\S+\/pot: answered 418/);
  assert.match(text, /sent\n(?: {16}.*\n)+ {16}\{"kind":"green"\}/);
  assert.match(await trace(), new RegExp(`${requestId}  200`));
  await assert.rejects(trace('no-such-id'), /No request no-such-id among the latest/);
});

test('a stage whose variable says so keeps no headers and bodies', async () => {
  const off = { op: 'replace' as const, path: '/variables/gatewrightRequestData', value: 'off' };
  await gatewright.apigateway.send(
    new UpdateStageCommand({ restApiId: api.id, stageName: 'dev', patchOperations: [off] }),
  );
  const story = await storyOf('/tea/white?secret=1', { method: 'POST', body: 'private' });
  assert.equal(story.status, 200);
  assert.ok(story.events.some(({ outcome }) => outcome === 'answered 418'));
  const text = JSON.stringify(story);
  for (const data of ['private', 'stout', 'brewed', 'secret', '"sent"', '"headers"'])
    assert.ok(!text.includes(data), data);
});

test('nothing is kept where the setting says so', async () => {
  const silent = await startTestGatewright({ requestStories: false });
  try {
    const page = await fetch(`${silent.endpoint}/_/requests`);
    assert.equal(page.status, 404);
    assert.match(await page.text(), /requestStories/);
  } finally {
    await silent.close();
  }
});
