import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Log } from '../../ports/telemetry.ts';
import type { TracedRequest } from '../../ports/tracing.ts';
import type { Upstream, UpstreamRequest } from '../../ports/upstream.ts';
import { createOtlpExporter } from './otlp.ts';

const traced = (changes: Partial<TracedRequest> = {}): TracedRequest => ({
  ...{ kind: 'rest', account: '000000000000', region: 'us-east-1' },
  ...{ traceId: '1-5759e988-bd862e3fe1be46a994272793', segmentId: '53995c3f42cd8ad8', parentId: undefined },
  ...{ rule: 'Default', apiId: 'a1b2c3d4e5', apiName: 'pets', stage: 'dev', resourceArn: 'arn', route: 'GET /pets' },
  ...{ requestId: 'r', extendedRequestId: 'x', method: 'GET', url: 'http://api.test/dev/pets', clientIp: '127.0.0.1' },
  ...{ userAgent: undefined, startMs: 1, endMs: 2, status: 200, contentLength: 0, calls: [] },
  ...changes,
});

interface Span {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

/** A collector, and what it was sent; `answer` says what it does with the next batch. */
function collector(answer: () => Promise<{ status: number }>) {
  const batches: Span[][] = [];
  const told: string[] = [];
  const upstream: Upstream = {
    close: async () => {},
    async send({ body }: UpstreamRequest) {
      const { status } = await answer();
      const { resourceSpans } = JSON.parse(String(body)) as {
        resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
      };
      batches.push(resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
      return { status, headers: [], body: Buffer.from('{}') } as never;
    },
  };
  const say = (message: string, more?: object) => void told.push(`${message} ${JSON.stringify(more)}`);
  const log: Log = { debug: say, info: say, warn: say, error: say };
  const exporter = createOtlpExporter({ endpoint: 'http://collector.test:4318', upstream, log, version: '1' });
  return { exporter, batches, told };
}

test('a request whose Host is no name of the web is told of like any other, and spoils no batch', async () => {
  const { exporter, batches } = collector(async () => ({ status: 200 }));
  const urls = ['http://[::1/dev/pets', 'http://x%zz/dev/pets', 'http:///dev//pets', 'http://api.test/dev/pets'];
  for (const url of urls) exporter.add(traced({ url }));
  await exporter.flush();
  const paths = batches
    .flat()
    .map(({ attributes }) => attributes.find(({ key }) => key === 'url.path')!.value.stringValue);
  assert.deepEqual(paths, ['/dev/pets', '/dev/pets', '/dev//pets', '/dev/pets']);
  await exporter.close();
});

test('a collector that is away makes nobody wait and holds no more than is told; what is dropped is counted', async () => {
  let isThere = false;
  const { exporter, batches, told } = collector(async () => {
    if (!isThere) throw new Error('connection refused');
    return { status: 200 };
  });
  for (let i = 0; i < 5_000; i++) exporter.add(traced());
  await exporter.flush();
  assert.deepEqual(batches, []);
  assert.equal(told.filter((line) => line.startsWith('Cannot send spans')).length, 1);
  assert.ok(
    told.some((line) => line.includes('"dropped":5000')),
    told.join('\n'),
  );
  isThere = true;
  exporter.add(traced());
  await exporter.flush();
  assert.equal(batches.flat().length, 1);
  assert.ok(told.some((line) => line.startsWith('The trace collector takes spans again')));
  await exporter.close();
});

test('a collector that does not answer is waited for once at the end, not once for each batch', async () => {
  let asked = 0;
  const { exporter } = collector(async () => {
    asked++;
    throw new Error('timeout');
  });
  for (let i = 0; i < 2_000; i++) exporter.add(traced());
  await exporter.close();
  assert.equal(asked, 1);
});

test('a collector that is slow has at most 2,000 requests wait for it', async () => {
  let answer = (_: { status: number }): void => {};
  const { exporter, batches } = collector(() => new Promise((resolve) => (answer = resolve)));
  exporter.add(traced());
  const sending = exporter.flush();
  for (let i = 0; i < 10_000; i++) exporter.add(traced());
  const next = () => new Promise<void>((resolve) => setImmediate(resolve));
  for (let i = 0; i <= 11; i++) {
    answer({ status: 200 });
    await next();
  }
  await sending;
  assert.equal(batches.flat().length, 2_001);
  void exporter.close();
});
