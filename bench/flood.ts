/**
 * `node bench/flood.ts [turns] [seconds]`: what the flood of one API with its own limit does to another API of the same process. The server has one core
 * to itself; wrk floods from the other, where a paced client asks the neighbour with a higher priority, so that what is measured is the server.
 * Turns alternate, quiet and flooded; the medians of their percentiles are printed, and the ratio of the medians.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { loadavg, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAwsClient } from '../test/support/aws-over-http.ts';
import { pinned, startGatewright } from '../test/support/gatewright-process.ts';
import { programPath, skipWithout } from '../test/support/programs.ts';
import { clientCore, serverCore } from './programs-under-load.ts';

interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** One request every so often, whether or not the machine is busy: what waits longer is also asked less, never the other way round. */
const everyMs = 2;

/** wrk sending sixteen requests with one write. */
const pipelined = `init = function(args)
  local requests = {}
  for i = 1, 16 do requests[i] = wrk.format() end
  all = table.concat(requests)
end
request = function() return all end
`;

if (process.argv[2] === 'neighbour') {
  const [, , , url, seconds] = process.argv as [string, string, string, string, string];
  console.log(JSON.stringify(await latenciesOf(url, Number(seconds))));
} else {
  await main(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 5));
}

/** Milliseconds from a request's first byte to its answer's first, over one connection. */
async function latenciesOf(url: string, seconds: number): Promise<Percentiles> {
  try {
    setPriority(-15);
  } catch {
    console.error('no right to a higher priority: the flooding client delays the measured one');
  }
  const { hostname, port, pathname, host } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay(true);
  await once(socket, 'connect');
  const request = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const times: number[] = [];
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    const startedMs = performance.now();
    socket.write(request);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    const tookMs = performance.now() - startedMs;
    if (!bytes.toString('latin1').startsWith('HTTP/1.1 200')) throw new Error(bytes.toString('latin1'));
    times.push(tookMs);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, everyMs - tookMs)));
  }
  socket.destroy();
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(times.length / 2)]!, p99: times[Math.floor(times.length * 0.99)]! };
}

async function measured(url: string, seconds: number): Promise<Percentiles> {
  const [command, all] = pinned(clientCore, process.execPath, [import.meta.filename, 'neighbour', url, `${seconds}`]);
  const child = spawn(command, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await printed(child)) as Percentiles;
}

async function printed(child: ReturnType<typeof spawn>): Promise<string> {
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(child, 'close');
  return text;
}

async function createApi(endpoint: string, name: string, rateLimit?: string): Promise<string> {
  const aws = createAwsClient(endpoint);
  const api = await aws('POST', '/restapis', { name });
  const method = `/restapis/${api['id']}/resources/${api['rootResourceId']}/methods/GET`;
  await aws('PUT', method, { authorizationType: 'NONE' });
  await aws('PUT', `${method}/integration`, {
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
  });
  await aws('PUT', `${method}/responses/200`, {});
  await aws('PUT', `${method}/integration/responses/200`, {});
  await aws('POST', `/restapis/${api['id']}/deployments`, { stageName: 'bench' });
  if (rateLimit !== undefined) {
    const patchOperations = ['rateLimit', 'burstLimit'].map((limit) => ({
      ...{ op: 'replace', path: `/*/*/throttling/${limit}`, value: rateLimit },
    }));
    await aws('PATCH', `/restapis/${api['id']}/stages/bench`, { patchOperations });
  }
  return `${endpoint}/_aws/execute-api/${api['id']}/bench`;
}

async function main(turns: number, seconds: number): Promise<void> {
  const missing = skipWithout('wrk', 'taskset');
  if (missing !== false) {
    console.log(`bench skipped: ${missing}`);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-flood-'));
  const config = join(directory, 'settings.json');
  writeFileSync(config, JSON.stringify({ requestStories: false }));
  const gateway = await startGatewright(['--memory', '--config', config], serverCore);
  try {
    const flooded = await createApi(gateway.endpoint, 'flooded', '100');
    const neighbour = await createApi(gateway.endpoint, 'neighbour');
    await measured(neighbour, 2);
    for (const [what, connections, script] of [
      ['8 connections', 8, ''],
      ['64 connections', 64, ''],
      ['8 connections, 16 requests at once', 8, pipelined],
    ] as const) {
      const file = join(directory, 'flood.lua');
      writeFileSync(file, script);
      const quiet: Percentiles[] = [];
      const loud: Percentiles[] = [];
      const perSecond: number[] = [];
      for (let turn = 0; turn < turns; turn++) {
        quiet.push(await measured(neighbour, seconds));
        const args = ['-t1', `-c${connections}`, `-d${seconds + 1}s`, '-s', file, flooded];
        const [command, all] = pinned(clientCore, programPath('wrk')!, args);
        const flood = spawn(command, all, { stdio: ['ignore', 'pipe', 'ignore'] });
        const flooding = printed(flood);
        await new Promise((resolve) => setTimeout(resolve, 300));
        loud.push(await measured(neighbour, seconds - 0.5));
        perSecond.push(Number(/Requests\/sec:\s+([\d.]+)/.exec(await flooding)?.[1] ?? 0));
      }
      report(what, quiet, loud, perSecond);
    }
  } finally {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function report(what: string, quiet: Percentiles[], loud: Percentiles[], perSecond: number[]): void {
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  const cells = (['p50', 'p99'] as const).map((name) => {
    const [calm, under] = [median(quiet.map((each) => each[name])), median(loud.map((each) => each[name]))];
    return `${name} ${calm.toFixed(2)} ms, flooded ${under.toFixed(2)} ms (${(under / calm).toFixed(2)} ×)`;
  });
  const refusals = Math.round(median(perSecond)).toLocaleString('en');
  console.log(`${what}: ${cells.join('; ')}; ${refusals} answers/s to the flood; load ${loadavg()[0]!.toFixed(1)}`);
}
