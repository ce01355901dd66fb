/** `gatewright connect`: the terminal's WebSocket client. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createSocketApi, mock } from '../support/socket-api.ts';

const main = join(import.meta.dirname, '../../bin/gatewright.mjs');
let gatewright: TestGatewright;
let url: string;

before(async () => {
  gatewright = await startTestGatewright();
  const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  const apiId = await createSocketApi(v2, { hi: mock('{"said":"$context.routeKey"}') });
  url = gatewright.invokeUrl(apiId, 'dev').replace(/^http/, 'ws');
  v2.destroy();
});
after(() => gatewright.close());

test('what is typed goes out, what comes is printed, error frames told apart', async () => {
  const child = spawn(process.execPath, [main, 'connect', url], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const notes = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  const note = async () => (await notes.next()).value as string;
  assert.match(await note(), /^connected to ws:/);
  assert.match(await note(), /^connection [A-Za-z0-9_-]{18}==$/);
  child.stdin.write('{"action":"hi"}\n');
  assert.equal((await lines.next()).value, '< {"said":"hi"}');
  assert.equal(await note(), 'route hi');
  child.stdin.write('nonsense\n');
  assert.match((await lines.next()).value as string, /^< error: Forbidden \(request /);
  child.stdin.end();
  assert.deepEqual(await exited, [0, null]);
});

test('a refused handshake, a server that is not there and a wrong address each get their sentence', async () => {
  const run = async (...words: string[]) => {
    const child = spawn(process.execPath, [main, 'connect', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    const [code] = await once(child, 'exit');
    return { code, said };
  };
  const refused = await run(`${url}/nosuch`);
  assert.equal(refused.code, 1);
  assert.match(refused.said, /was refused; the log of Gatewright says why/);
  const absent = await run('ws://127.0.0.1:9/x');
  assert.equal(absent.code, 1);
  assert.match(absent.said, /Cannot reach http:\/\/127\.0\.0\.1:9: is it running\?/);
  const wrong = await run('http://localhost/x');
  assert.equal(wrong.code, 2);
  assert.match(wrong.said, /is no ws:\/\/ or wss:\/\/ URL/);
});
