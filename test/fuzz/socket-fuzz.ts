/**
 * HTTP requests spoilt byte by byte, against a served product. Every connection must end or answer in time, every answer must be one, and nothing may
 * be our fault. By hand: `node test/fuzz/socket-fuzz.ts [seed] [count]`.
 */
import { connect } from 'node:net';
import { type Chance, chanceFrom, nastyTexts, seedAndCount } from './random.ts';

export interface SocketTarget {
  readonly port: number;
  /** Requests that are right, to be spoilt; each ends as its framing says. */
  readonly requests: readonly string[];
}

export interface SocketFinding {
  readonly what: string;
  readonly sent: string;
}

/** How long an answer may take; the client ends its side, so there is nothing to wait for. */
const answerMs = 4_000;

/** Sends `count` spoilt requests, a few at a time. */
export async function fuzzSockets(target: SocketTarget, seed: number, count: number): Promise<SocketFinding[]> {
  const chance = chanceFrom(seed);
  const findings: SocketFinding[] = [];
  let left = count;
  async function worker(): Promise<void> {
    while (left-- > 0) {
      const sent = spoilt(chance.of(target.requests), chance);
      const cutAt = chance.once(3) ? chance.below(sent.length) : sent.length;
      const answer = await exchanged(target.port, sent, cutAt);
      // What begins like TLS is answered in TLS, or waited for.
      if (sent.startsWith('\x16')) continue;
      const what = complaintAbout(answer);
      if (what !== undefined) findings.push({ what, sent: JSON.stringify(sent.slice(0, 600)) });
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker));
  return findings;
}

function complaintAbout(answer: string | undefined): string | undefined {
  if (answer === undefined) return 'no end in time';
  if (answer === '') return undefined;
  if (!/^HTTP\/1\.1 \d{3} /.test(answer)) return `no HTTP: ${answer.slice(0, 100)}`;
  for (const [, status] of answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)) {
    if (status === '500') return `a fault: ${answer.slice(0, 400)}`;
  }
  return undefined;
}

/** Everything that came back until the server closed; undefined when it did not in time. */
function exchanged(port: number, sent: string, cutAt: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const timer = setTimeout(() => done(undefined), answerMs);
    function done(result: string | undefined): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    }
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => done(text));
    socket.on('close', () => done(text));
    socket.on('error', () => done(text));
    socket.write(sent.slice(0, cutAt), 'latin1');
    if (cutAt < sent.length) setImmediate(() => socket.end(sent.slice(cutAt), 'latin1'));
    else socket.end();
  });
}

const pieces = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ';',
  '%',
  '/',
  '?',
  '#',
  '@',
  '\x16\x03\x01',
  '\xff',
  '0\r\n\r\n',
  '5\r\nabcde\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'Expect: 100-continue\r\n',
  'Connection: close\r\n',
  'X-HTTP-Method-Override: CONNECT\r\n',
  'X-HTTP-Method-Override: \r\n',
  'X-HTTP-Method-Override: a b\r\n',
  'Host: x.execute-api.y\r\n',
  'Authorization: Bearer x\r\n',
  'X-Amz-Target: x.y\r\n',
  'X-Amzn-Trace-Id: Root=;Parent=\r\n',
  'Content-Encoding: gzip\r\n',
  'Accept: \xff\r\n',
  '%2F..%2F',
  '/%2e%2e/',
  '//',
  '%00',
  '%ff',
  '{',
  '|',
];

/** One to four small changes. */
function spoilt(request: string, chance: Chance): string {
  let text = request;
  for (let changes = 1 + chance.below(4); changes > 0; changes--) {
    const at = chance.below(text.length);
    switch (chance.below(6)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + 1 + chance.below(4));
        break;
      case 1:
        text = text.slice(0, at) + chance.of(pieces) + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + String.fromCharCode(chance.below(256)) + text.slice(at + 1);
        break;
      case 3: {
        // A whole header line more, where header lines stand.
        const end = text.indexOf('\r\n');
        text = `${text.slice(0, end + 2)}${chance.of(pieces.filter((piece) => piece.endsWith('\r\n')))}${text.slice(end + 2)}`;
        break;
      }
      case 4:
        text = text.replace('/', `/${encodeURIComponent(chance.of(nastyTexts).toWellFormed()).slice(0, 2_000)}`);
        break;
      default:
        text += chance.once(2) ? request : text.slice(at);
    }
  }
  return text;
}

if (import.meta.main) {
  const { startFuzzTarget } = await import('./fuzz-target.ts');
  const { seed, count } = seedAndCount(5_000);
  console.log(`seed ${seed}, ${count} connections`);
  const target = await startFuzzTarget((line) => console.log(line));
  const findings = await fuzzSockets(target, seed, count);
  await target.close();
  for (const { what, sent } of findings.slice(0, 20)) console.log(`${what}\n  ${sent}`);
  console.log(`${findings.length} findings`);
}
