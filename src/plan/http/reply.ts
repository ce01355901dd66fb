/** How an answer of a backend or a function leaves an HTTP API. */
import type { HeaderList } from '../../base/headers.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { newReply } from '../reply.ts';

/** Framing and ids are the gateway's own. */
const dropped = new Set([
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'apigw-requestid',
]);

/** Header names as clients of HTTP APIs see them: each part capitalised (recorded: `x-probe` comes out as `X-Probe`), the id last. */
export function backendReply(
  x: Exchange,
  status: number,
  contentType: string | undefined,
  headers: HeaderList,
  body: string | Uint8Array,
): Reply {
  const out: HeaderList = contentType === undefined ? [] : ['Content-Type', contentType];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const lowerName = name.toLowerCase();
    if (!dropped.has(lowerName)) out.push(capitalised(lowerName), headers[i + 1]!);
  }
  out.push('Apigw-Requestid', x.extendedRequestId);
  return newReply(status, out, body);
}

/** Spellings seen so far; backends use few, and a client cannot choose them. */
const spellings = new Map<string, string>();
const maxSpellings = 1_000;

/** `x-probe` → `X-Probe`. */
export function capitalised(lowerName: string): string {
  let name = spellings.get(lowerName);
  if (name === undefined) {
    name = lowerName.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
    if (spellings.size < maxSpellings) spellings.set(lowerName, name);
  }
  return name;
}
