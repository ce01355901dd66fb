/** Which method answers a request: every method of one API is a mock that says its own name. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask } from '../support/plain-http.ts';

const nobody = '403 {"message":"Missing Authentication Token"}';

let gatewright: TestGatewright;

before(async () => {
  gatewright = await startTestGatewright();
});

after(() => gatewright.close());

/** An API of these methods on stage `s`, each answering its own label. */
async function saying(...labels: string[]): Promise<(request: string) => Promise<string>> {
  const api: ApiUnderTest = await createApi(
    gatewright,
    Object.fromEntries(labels.map((label) => [label, mock(label)])),
  );
  await api.deploy('s');
  return async (line) => {
    const [method, path] = line.split(' ') as [string, string];
    const reply = await ask({ port: gatewright.port, path: `/_aws/execute-api/${api.id}/s${path}`, method });
    return `${reply.status} ${reply.text}`;
  };
}

async function assertRoutes(
  answer: (request: string) => Promise<string>,
  table: Readonly<Record<string, string>>,
): Promise<void> {
  const seen: Record<string, string> = {};
  for (const request of Object.keys(table)) seen[request] = await answer(request);
  const wanted = Object.entries(table).map(([request, label]) => [request, label === nobody ? nobody : `200 ${label}`]);
  assert.deepEqual(seen, Object.fromEntries(wanted));
}

test('[RT-01, RT-02, RT-05] fixed text beats a parameter, a parameter beats a greedy one, which needs at least one segment', async () => {
  const answer = await saying('GET /a/b', 'GET /a/{x}', 'GET /{proxy+}', 'GET /a/{x}/c', 'GET /deep/{rest+}');
  await assertRoutes(answer, {
    'GET /a/b': 'GET /a/b',
    'GET /a/z': 'GET /a/{x}',
    'GET /a/b/c': 'GET /a/{x}/c',
    'GET /a/b/d': 'GET /{proxy+}',
    'GET /a': 'GET /{proxy+}',
    'GET /q/w/e': 'GET /{proxy+}',
    'GET /deep/1/2': 'GET /deep/{rest+}',
    'GET /': nobody,
    'POST /a/b': nobody,
  });
});

test('[RT-04] a verb of its own beats ANY; a resource without the verb leaves the request to a greedy sibling, one with ANY does not', async () => {
  const answer = await saying('GET /own', 'ANY /own', 'GET /get-only', 'ANY /{proxy+}', 'POST /{proxy+}');
  await assertRoutes(answer, {
    'GET /own': 'GET /own',
    'POST /own': 'ANY /own',
    'GET /get-only': 'GET /get-only',
    'PUT /get-only': 'ANY /{proxy+}',
    'POST /get-only': 'POST /{proxy+}',
    'POST /other': 'POST /{proxy+}',
    'DELETE /other': 'ANY /{proxy+}',
  });
});

test('[RT-06, RT-07] paths regard case; one trailing slash does not count; an encoded slash stays in its segment', async () => {
  const answer = await saying('GET /pets', 'GET /pets/{id}', 'GET /pets/{id}/toys', 'GET /a.b_c-d:e,f~g');
  await assertRoutes(answer, {
    'GET /pets': 'GET /pets',
    'GET /pets/': 'GET /pets',
    'GET /Pets': nobody,
    'GET /pets/a%2Fb': 'GET /pets/{id}',
    'GET /pets/a%2Fb/toys/': 'GET /pets/{id}/toys',
    'GET /%70ets': 'GET /pets',
    'GET /pets/1/nothing': nobody,
    'GET /a.b_c-d:e,f~g': 'GET /a.b_c-d:e,f~g',
  });
});

test('a stage and a resource of the same name, and resources called like our own pages, are told apart', async () => {
  const answer = await saying(
    'GET /s',
    'GET /s/s',
    'GET /_',
    'GET /restapis',
    'GET /_user_request_',
    'GET /2015-03-31',
  );
  await assertRoutes(answer, {
    'GET /s': 'GET /s',
    'GET /s/s': 'GET /s/s',
    'GET /_': 'GET /_',
    'GET /restapis': 'GET /restapis',
    'GET /_user_request_': 'GET /_user_request_',
    'GET /2015-03-31': 'GET /2015-03-31',
  });
});

test('an API without the root’s method answers 403 there, with it the stage’s own address is the root', async () => {
  await assertRoutes(await saying('GET /', 'POST /x'), {
    'GET /': 'GET /',
    'GET ': 'GET /',
    'GET ?q=1': 'GET /',
    'POST /': nobody,
    'GET //': 'GET /',
  });
});
