/**
 * `npm run bench`: Gatewright and nginx in one run on one machine, each on one core with the client on the other, and the ratios between them.
 * Ratios are what counts; the last run's table is kept in bench/README.md. `npm run bench -- quick` runs each load for 2 seconds.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAwsClient } from '../test/support/aws-over-http.ts';
import { startGatewright } from '../test/support/gatewright-process.ts';
import { skipWithout, versionOf } from '../test/support/programs.ts';
import { clientCore, type LoadResult, load, residentMb, serverCore, startNginx } from './programs-under-load.ts';

const missing = skipWithout('nginx', 'wrk', 'taskset');
if (missing !== false) {
  console.log(`bench skipped: ${missing}`);
  process.exit(0);
}

const isQuick = process.argv.includes('quick');
const seconds = isQuick ? 2 : 8;
const directory = mkdtempSync(join(tmpdir(), 'gatewright-bench-'));
const body = '{"message":"hello from the backend"}';
const rows: string[] = [];
const facts: string[] = [];

/** Limits far above the load: the buckets are asked on every request and never refuse. */
const config = join(directory, 'settings.json');
// Stories of requests are for people at work; what is compared here is what serves in production.
writeFileSync(config, JSON.stringify({ accountThrottle: { ratePerSecond: 1e9, burst: 1e9 }, requestStories: false }));

function report(name: string, result: LoadResult, against?: LoadResult, target = ''): void {
  const ratio = against === undefined ? '' : (result.perSecond / against.perSecond).toFixed(2);
  const errors = result.errors === 0 ? '' : ` (${result.errors} errors)`;
  rows.push(
    `| ${name} | ${Math.round(result.perSecond).toLocaleString('en')}${errors} | ${result.p50Ms.toFixed(2)} | ${result.p99Ms.toFixed(2)} | ${ratio} | ${target} |`,
  );
  console.log(rows.at(-1));
}

function fact(name: string, value: string, target: string): void {
  facts.push(`| ${name} | ${value} | ${target} |`);
  console.log(facts.at(-1));
}

/** An API with mock, proxy and function methods, deployed to stage `bench`; resolves to its invoke URL. */
async function createBenchApi(endpoint: string, backend: string): Promise<string> {
  const aws = createAwsClient(endpoint);
  const api = await aws('POST', '/restapis', { name: 'bench' });
  const path = `/restapis/${api['id']}/resources`;
  async function method(part: string, integration: Record<string, unknown>): Promise<string> {
    const resource = await aws('POST', `${path}/${api['rootResourceId']}`, { pathPart: part });
    await aws('PUT', `${path}/${resource['id']}/methods/GET`, { authorizationType: 'NONE' });
    await aws('PUT', `${path}/${resource['id']}/methods/GET/integration`, integration);
    return `${path}/${resource['id']}/methods/GET`;
  }
  const mock = await method('mock', { type: 'MOCK', requestTemplates: { 'application/json': '{"statusCode": 200}' } });
  await aws('PUT', `${mock}/responses/200`, {});
  await aws('PUT', `${mock}/integration/responses/200`, { responseTemplates: { 'application/json': body } });
  await method('proxy', { type: 'HTTP_PROXY', httpMethod: 'GET', uri: `${backend}/` });
  const code = Buffer.from(await benchFunctionZip()).toString('base64');
  const lambda = await aws('POST', '/2015-03-31/functions', {
    FunctionName: 'bench',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/any',
    Code: { ZipFile: code },
  });
  await method('function', {
    type: 'AWS_PROXY',
    httpMethod: 'POST',
    uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${lambda['FunctionArn']}/invocations`,
  });
  await aws('POST', '/2015-03-31/functions/bench/policy', {
    StatementId: 'bench',
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${api['id']}/*/*`,
  });
  await aws('POST', `/restapis/${api['id']}/deployments`, { stageName: 'bench' });
  await aws('PATCH', `/restapis/${api['id']}/stages/bench`, {
    patchOperations: [
      { op: 'replace', path: '/*/*/throttling/rateLimit', value: '100000000' },
      { op: 'replace', path: '/*/*/throttling/burstLimit', value: '100000000' },
    ],
  });
  return `${endpoint}/_aws/execute-api/${api['id']}/bench`;
}

async function benchFunctionZip(): Promise<Uint8Array> {
  const { strToU8, zipSync } = await import('fflate');
  return zipSync({
    'index.mjs': strToU8(`export const handler = async () => ({ statusCode: 200, body: '${body}' });`),
  });
}

async function throughput(): Promise<void> {
  const constant = await startNginx(directory, `location / { return 200 '${body}'; }`, serverCore);
  const nginxMock = load(constant.endpoint, { seconds, core: clientCore });
  report('nginx `return 200`', nginxMock);
  await constant.stop();

  const backend = await startNginx(directory, `location / { return 200 '${body}'; }`, clientCore);
  const address = backend.endpoint.replace('http://', '');
  const proxy = await startNginx(
    directory,
    `location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; }`,
    serverCore,
    `upstream backend { server ${address}; keepalive 64; }`,
  );
  const nginxProxy = load(proxy.endpoint, { seconds, core: clientCore });
  report('nginx `proxy_pass`', nginxProxy);
  await proxy.stop();

  const gateway = await startGatewright(['--memory', '--config', config], serverCore);
  const invokeUrl = await createBenchApi(gateway.endpoint, backend.endpoint);
  load(`${invokeUrl}/mock`, { seconds: 1, core: clientCore });
  report('REST MOCK', load(`${invokeUrl}/mock`, { seconds, core: clientCore }), nginxMock, '≥ 0.45');
  load(`${invokeUrl}/proxy`, { seconds: 1, core: clientCore });
  report('REST HTTP_PROXY', load(`${invokeUrl}/proxy`, { seconds, core: clientCore }), nginxProxy, '≥ 0.40');
  await gateway.stop();

  const twoCores = await startGatewright(['--memory', '--config', config]);
  const functionUrl = `${await createBenchApi(twoCores.endpoint, backend.endpoint)}/function`;
  load(functionUrl, { seconds: 2, connections: 16 });
  report(
    'REST AWS_PROXY, warm Node function, two cores',
    load(functionUrl, { seconds, connections: 16 }),
    undefined,
    '≥ 5,000/s',
  );
  await twoCores.stop();
  await backend.stop();
}

async function memory(): Promise<void> {
  const gateway = await startGatewright(['--memory', '--config', config], serverCore);
  const url = `${await createBenchApi(gateway.endpoint, 'http://127.0.0.1:1025')}/mock`;
  let sent = 0;
  function sendUntil(total: number): number {
    while (sent < total) {
      const perRun = load(url, { seconds: 2, core: clientCore });
      sent += perRun.perSecond * 2;
    }
    return residentMb(gateway.pid);
  }
  const early = sendUntil(100_000);
  const late = sendUntil(isQuick ? 300_000 : 1_000_000);
  const growth = ((late / early - 1) * 100).toFixed(0);
  fact(
    `RSS after 100,000 and ${isQuick ? '300,000' : '1,000,000'} requests`,
    `${early.toFixed(0)} MB, ${late.toFixed(0)} MB (${growth} %)`,
    'within 20 %',
  );
  await gateway.stop();
}

async function startUp(): Promise<void> {
  const data = join(directory, 'hundred-apis');
  const first = await startGatewright(['--data', data, '--config', config]);
  for (let i = 0; i < 100; i++) await createSmallApi(first.endpoint, i);
  await first.stop();
  const readyMs: number[] = [];
  let idleMb = 0;
  for (let i = 0; i < 5; i++) {
    const again = await startGatewright(['--data', data, '--config', config]);
    readyMs.push(again.readyMs);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    idleMb = residentMb(again.pid);
    await again.stop();
  }
  readyMs.sort((a, b) => a - b);
  fact('ready after process start, store of 100 APIs (median of 5)', `${readyMs[2]!.toFixed(0)} ms`, '≤ 500 ms');
  fact('idle RSS', `${idleMb.toFixed(0)} MB`, '≤ 110 MB');
}

async function createSmallApi(endpoint: string, index: number): Promise<void> {
  const aws = createAwsClient(endpoint);
  const api = await aws('POST', '/restapis', { name: `api-${index}` });
  const method = `/restapis/${api['id']}/resources/${api['rootResourceId']}/methods/GET`;
  await aws('PUT', method, { authorizationType: 'NONE' });
  await aws('PUT', `${method}/integration`, {
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
  });
  await aws('PUT', `${method}/responses/200`, {});
  await aws('PUT', `${method}/integration/responses/200`, {});
  await aws('POST', `/restapis/${api['id']}/deployments`, { stageName: 'prod' });
}

try {
  await throughput();
  await memory();
  await startUp();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

const machine = `${cpus().length} cores ${cpus()[0]?.model ?? ''}, Node ${process.versions.node}, ${versionOf('nginx', '-v')}, ${versionOf('wrk', '-v').split(' [')[0]}`;
const tables = [
  `Last run ${new Date().toISOString().slice(0, 10)}${isQuick ? ' (quick)' : ''}: ${machine}.`,
  '',
  '| load | requests/s | p50 ms | p99 ms | ratio to nginx | target |',
  '|---|---|---|---|---|---|',
  ...rows,
  '',
  '| fact | value | target |',
  '|---|---|---|',
  ...facts,
].join('\n');
const readme = join(import.meta.dirname, 'README.md');
const page = readFileSync(readme, 'utf8');
writeFileSync(
  readme,
  `${page.slice(0, page.indexOf('<!-- last run -->') + '<!-- last run -->'.length)}\n\n${tables}\n`,
);
