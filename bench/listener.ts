/**
 * How fast the gateway's own share is, beside nginx in the same run: `node bench/listener.ts [rounds]`. Needs nginx and wrk
 * (`apt-get install nginx wrk`). Servers run on core 0, wrk and the backend on core 1. Rounds of one second go
 * from one server to the next and the best round counts, so that a noisy neighbour hits all alike. On a shared machine processor
 * time per request is the steadier figure. Only the ratios mean anything.
 *
 * - answer: the gateway with a plan that always gives the same line, against nginx `return 200`;
 * - proxy: the gateway sending each request on to a backend (an nginx) through gateway/upstream, against nginx `proxy_pass`;
 * - node:http: what Node's own server does with the same constant line, for comparison.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { localCertificate } from '../src/gateway/certificate.ts';
import { fakePlan, noSockets } from '../src/gateway/fake-gateway.ts';
import { startGateway } from '../src/gateway/start.ts';
import { createUpstream } from '../src/gateway/upstream.ts';
import type { Exchange, Reply } from '../src/plan/exchange.ts';
import { silentLog } from '../src/ports/telemetry.ts';

const line = '{"message":"hello from the other side"}\n';
const ports = {
  nginx: 18_080,
  nginxProxy: 18_081,
  backend: 18_082,
  'node:http': 18_083,
  answer: 18_084,
  proxy: 18_085,
};
const path = '/execute-api/abc/prod/hello';

function constantReply(x: Exchange): Reply {
  return {
    status: 200,
    headers: [
      'Content-Type',
      'application/json',
      'x-amzn-RequestId',
      x.requestId,
      'x-amz-apigw-id',
      x.extendedRequestId,
    ],
    body: line,
    problem: undefined,
  };
}

async function serveGateway(port: number, runPlan: (x: Exchange) => Reply | Promise<Reply>): Promise<void> {
  const plan = fakePlan('abc', 'prod');
  const notFound = () => ({ status: 404, headers: [], body: '' });
  await startGateway({
    host: '127.0.0.1',
    port,
    services: notFound,
    sockets: noSockets,
    admin: notFound,
    planTable: {
      find: () => plan,
      stageNames: async () => ['prod'],
      loadedPlan: () => undefined,
      apiKind: async () => 'rest',
      loaded: () => [],
      close() {},
    },
    runPlan: (_, x) => runPlan(x),
    log: silentLog,
    clock: systemClock,
    certificate: localCertificate({ clock: systemClock }),
  });
}

const servers: Record<string, () => void> = {
  answer: () => void serveGateway(ports.answer, constantReply),
  proxy() {
    const upstream = createUpstream();
    const origin = `http://127.0.0.1:${ports.backend}`;
    void serveGateway(ports.proxy, async (x) => {
      const { method, headers } = x.request;
      const reply = await upstream.send({ origin, target: '/', method, headers, body: undefined, timeoutMs: 29_000 });
      const own = ['x-amzn-RequestId', x.requestId, 'x-amz-apigw-id', x.extendedRequestId];
      return { status: reply.status, headers: own.concat(reply.headers), body: reply.body, problem: undefined };
    });
  },
  'node:http'() {
    createServer((_, response) => {
      response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(line.length)]);
      response.end(line);
    }).listen(ports['node:http'], '127.0.0.1');
  },
};

const nginxConfig = (folder: string, role: string) => `
daemon off; worker_processes 1; pid ${folder}/${role}.pid; error_log ${folder}/error.log crit;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream backend { server 127.0.0.1:${ports.backend}; keepalive 64; keepalive_requests 100000000; }
  ${
    role === 'backend'
      ? `server { listen 127.0.0.1:${ports.backend}; location / { return 200 '${line.trim()}'; } }`
      : `server { listen 127.0.0.1:${ports.nginx}; location / { return 200 '${line.trim()}'; } }
  server { listen 127.0.0.1:${ports.nginxProxy}; location / { proxy_pass http://backend/; proxy_http_version 1.1; proxy_set_header Connection ""; } }`
  }
}`;

function onCore(core: number, command: string, args: readonly string[]): ChildProcess {
  return spawn('taskset', ['-c', String(core), command, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}

interface Measured {
  readonly perSecond: number;
  readonly p50: string;
  readonly p99: string;
  readonly requests: number;
  readonly usedMs: number;
}

/** Processor time of a process and its children so far; Linux counts in hundredths of a second. */
function processorMs(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...children].reduce((sum, each) => {
    const fields = readFileSync(`/proc/${each}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * 10;
  }, 0);
}

/** One second of load. */
function measure(port: number, pid: number): Measured {
  const beforeMs = processorMs(pid);
  const url = `http://127.0.0.1:${port}${path}`;
  const { stdout } = spawnSync('taskset', ['-c', '1', 'wrk', '-t1', '-c32', '-d1', '--latency', url]);
  const text = stdout.toString();
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`Errors from ${url}:\n${text}`);
  const [, perSecond] = /Requests\/sec:\s+([\d.]+)/.exec(text)!;
  const [, p50] = /\n\s+50%\s+(\S+)/.exec(text)!;
  const [, p99] = /\n\s+99%\s+(\S+)/.exec(text)!;
  const [, requests] = /(\d+) requests in/.exec(text)!;
  const usedMs = processorMs(pid) - beforeMs;
  return { perSecond: Number(perSecond), p50: p50!, p99: p99!, requests: Number(requests), usedMs };
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await (await fetch(url)).text();
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function main(rounds: number): Promise<void> {
  for (const tool of ['nginx', 'wrk', 'taskset']) {
    if (spawnSync('which', [tool]).status !== 0) {
      console.log(`Skipped: ${tool} is not installed (apt-get install nginx wrk util-linux).`);
      return;
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-bench-'));
  const children: ChildProcess[] = [];
  const pids = new Map<string, number>();
  try {
    for (const role of ['backend', 'front']) {
      const file = join(folder, `${role}.conf`);
      writeFileSync(file, nginxConfig(folder, role));
      const child = onCore(role === 'backend' ? 1 : 0, 'nginx', ['-c', file]);
      children.push(child);
      for (const name of role === 'backend' ? ['backend'] : ['nginx', 'nginxProxy']) pids.set(name, child.pid!);
    }
    for (const name of Object.keys(servers)) {
      const child = onCore(0, process.execPath, [import.meta.filename, '--serve', name]);
      children.push(child);
      pids.set(name, child.pid!);
    }
    for (const port of Object.values(ports)) await answering(`http://127.0.0.1:${port}${path}`);
    console.log(`Node ${process.version}, ${cpus()[0]?.model}, wrk -t1 -c32, best of ${rounds} rounds of 1 s`);
    const best = new Map<string, Measured>();
    const microseconds = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      for (const [name, port] of Object.entries(ports)) {
        const measured = measure(port, pids.get(name)!);
        if (measured.perSecond > (best.get(name)?.perSecond ?? 0)) best.set(name, measured);
        const each = (measured.usedMs * 1_000) / measured.requests;
        // The first round warms up; of the others the least is the one the neighbours disturbed least.
        if (round > 0) microseconds.set(name, Math.min(each, microseconds.get(name) ?? each));
      }
    }
    for (const [name, { perSecond, p50, p99 }] of best) {
      const base = name === 'proxy' ? 'nginxProxy' : 'nginx';
      const rate = (perSecond / best.get(base)!.perSecond).toFixed(2);
      const each = microseconds.get(name)!;
      const time = (microseconds.get(base)! / each).toFixed(2);
      console.log(
        `${name.padEnd(10)} ${perSecond.toFixed(0).padStart(6)}/s ${rate} × nginx  p50 ${p50} p99 ${p99}  ${each.toFixed(1)} µs processor, ${time} × nginx`,
      );
    }
  } finally {
    await Promise.all(children.map(stop));
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first, second] = process.argv.slice(2);
if (first === '--serve') servers[second ?? '']?.();
else await main(Number(first ?? 6));
