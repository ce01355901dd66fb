/** What a start loads: memory and time of every process, whatever it is used for (bench/run.ts). */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

const tellsPackages = String.raw`import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) {
  if (/\/node_modules\/(jose|fflate|ajv|yaml)\//.test(url)) console.error(url.slice(url.lastIndexOf('/node_modules/') + 14));
  return next(url, context);
} });
process.on('exit', () => { if (process.moduleLoadList.includes('NativeModule internal/deps/undici/undici')) console.error("Node's fetch"); });`;

test('a process that is ready has loaded neither Node’s fetch nor libraries for tokens, archives, schemas and YAML: each comes with its first use', async () => {
  const main = join(import.meta.dirname, '../../src/main.ts');
  const hook = `data:text/javascript,${encodeURIComponent(tellsPackages)}`;
  const flags = ['start', '--memory', '--port', '0', '--log-level', 'error'];
  const child = spawn(process.execPath, ['--import', hook, main, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let loaded = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    loaded += text;
  });
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('Gatewright ready')) break;
  child.kill();
  await exited;
  assert.equal(loaded, '');
});
