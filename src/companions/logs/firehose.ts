/**
 * Access logs that go to a Firehose delivery stream (row LOG-08): lines are collected and posted as PutRecordBatch to the endpoint that the settings list for `firehose`. Never on a request's
 * way; what cannot be delivered, or waits in too great a number, is dropped, counted and told of.
 */
import type { Clock } from '../../base/clock.ts';
import type { HeaderList } from '../../base/headers.ts';
import { signatureHeaders } from '../../base/sigv4-signer.ts';
import type { AwsServiceCall, AwsServices } from '../../ports/aws-services.ts';
import type { LineSink } from '../../ports/request-logs.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Upstream } from '../../ports/upstream.ts';

export interface FirehoseOptions {
  readonly awsServices: AwsServices;
  readonly upstream: Pick<Upstream, 'send'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Firehose {
  /** A sink for lines to the stream, or a sentence why there is none. */
  deliveryStream(destination: { readonly arn: string; readonly account: string }): LineSink | string;
  /** Posts what waits and waits for it. */
  flush(): Promise<void>;
  dropped(): number;
}

const arnForm = /^arn:aws[a-z-]*:firehose:([^:]+):(\d{12}):deliverystream\/(.+)$/;
/** Limits of one PutRecordBatch (its reference): records, and bytes of all. */
const maxRecords = 500;
const maxBatchBytes = 3_500_000;
const maxWaitingLines = 20_000;
const maxWaitingCharacters = 16_000_000;
const flushAfterMs = 1_000;
const timeoutMs = 10_000;
const tellEveryMs = 10_000;

interface DeliveryStream {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

export function createFirehose({ awsServices, upstream, clock, log }: FirehoseOptions): Firehose {
  const waiting = new Map<string, { readonly stream: DeliveryStream; lines: string[]; characters: number }>();
  let dropped = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let posting: Promise<void> | undefined;

  function drop(count: number, name: string, why: string): void {
    dropped += count;
    const nowMs = clock.monotonicMs();
    if (nowMs - toldAtMs < tellEveryMs) return;
    toldAtMs = nowMs;
    log.warn(`Access log lines for the delivery stream ${name} dropped: ${why}`, { linesSinceStart: dropped });
  }

  async function post(stream: DeliveryStream, lines: readonly string[]): Promise<void> {
    const { region, name } = stream;
    const access = await awsServices.accessTo(callOf(stream));
    if (typeof access === 'string') throw new Error(access);
    const Records = lines.map((line) => ({ Data: Buffer.from(line).toString('base64') }));
    const body = JSON.stringify({ DeliveryStreamName: name, Records });
    const headers: HeaderList = ['Host', access.host, 'Content-Type', 'application/x-amz-json-1.1'];
    headers.push('X-Amz-Target', 'Firehose_20150804.PutRecordBatch');
    const { keys, origin } = access;
    const signed = { method: 'POST', path: '/', query: '', headers, body, keys, region, service: 'firehose' };
    headers.push(...signatureHeaders({ ...signed, nowMs: clock.now() }));
    const answer = await upstream.send({ origin, target: '/', method: 'POST', headers, body, timeoutMs });
    const text = Buffer.from(answer.body).toString();
    if (answer.status !== 200) throw new Error(`${origin} answers ${answer.status}: ${text.slice(0, 200)}`);
    const { FailedPutCount = 0 } = JSON.parse(text) as { FailedPutCount?: number };
    if (FailedPutCount > 0) drop(FailedPutCount, name, 'the service refused them');
  }

  async function postAll(): Promise<void> {
    for (const [key, { stream, lines }] of waiting) {
      waiting.delete(key);
      const batches = batchesOf(lines);
      for (const [i, batch] of batches.entries()) {
        const begunMs = clock.monotonicMs();
        try {
          await post(stream, batch);
        } catch (error) {
          // Who did not answer is not waited for again and again: the process may be ending.
          const isSilent = clock.monotonicMs() - begunMs >= timeoutMs / 2;
          const lost = isSilent ? batches.slice(i).flat() : batch;
          drop(lost.length, stream.name, error instanceof Error ? error.message : String(error));
          if (isSilent) break;
        }
      }
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const before = posting ?? Promise.resolve();
    const own: Promise<void> = before.then(postAll).finally(() => {
      if (posting === own) posting = undefined;
    });
    posting = own;
    return own;
  }

  return {
    deliveryStream({ arn, account: owner }) {
      const found = arnForm.exec(arn);
      if (found === null) return `${arn} is neither a log group nor a Firehose delivery stream`;
      const [, region, account, name] = found as unknown as [string, string, string, string];
      if (account !== owner) return `${arn} is a delivery stream of account ${account}, the API is of ${owner}`;
      const stream: DeliveryStream = { region, account, name };
      const access = awsServices.accessTo(callOf(stream));
      if (typeof access === 'string') return access;
      return {
        write(_atMs, line) {
          let own = waiting.get(arn);
          if (own === undefined) {
            own = { stream, lines: [], characters: 0 };
            waiting.set(arn, own);
          }
          if (own.lines.length >= maxWaitingLines || own.characters + line.length > maxWaitingCharacters) {
            drop(1, name, 'it does not keep up');
            return;
          }
          own.lines.push(line);
          own.characters += line.length;
          timer ??= setTimeout(() => void flush(), flushAfterMs).unref();
        },
      };
    },
    flush,
    dropped: () => dropped,
  };
}

function callOf({ region, account }: DeliveryStream): AwsServiceCall {
  const awsHost = `firehose.${region}.amazonaws.com`;
  const roleArn = 'of API Gateway for delivery streams';
  return { service: 'firehose', subdomain: undefined, region, awsHost, account, roleArn };
}

function batchesOf(lines: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const size = Buffer.byteLength(line);
    if (bytes + size > maxBatchBytes || batches.at(-1)!.length >= maxRecords) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(line);
    bytes += size;
  }
  return batches;
}
