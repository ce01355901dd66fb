/**
 * Signed requests to an AWS_IAM method, in headers and presigned, with one thing about them changed: none is let in unless it still says what was signed,
 * and other spellings of what was signed are let in. By hand: `node test/fuzz/signature-fuzz.ts [seed] [count]`.
 */
import type { HeaderList } from '../../src/base/headers.ts';
import { compileRest } from '../../src/plan/compile-rest.ts';
import type { Exchange } from '../../src/plan/exchange.ts';
import { exchange, functionsAnswering, liveStage, planTools, restSnapshot } from '../../src/plan/plan-fixture.ts';
import { runPlan } from '../../src/plan/run.ts';
import { type SignedRequest, signedExchange } from '../../src/plan/signed-exchange.ts';
import { rootAccessKey } from '../../src/ports/credentials.ts';
import { type Chance, chanceFrom, nastyTexts, seedAndCount } from './random.ts';
import { signedMeaning } from './signed-meaning.ts';

/** One request as a client sends it; `path` is the one below the stage. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: HeaderList;
  readonly body: string;
  /** How much later than the signature it arrives. */
  readonly lateMs: number;
}

export interface SignatureFindings {
  /** Sentences. */
  readonly findings: string[];
  /** Changed requests that were refused. */
  readonly refused: number;
  /** Changed requests that were let in, all of them other spellings. */
  readonly respelt: number;
}

const key = rootAccessKey({ accessKeyId: 'AKIAFUZZ', secretAccessKey: 'fuzzed/secret+', account: '000000000000' });
const session = {
  ...key,
  accessKeyId: 'ASIAFUZZ',
  secretAccessKey: 'another/secret',
  sessionToken: 'session/token+==',
};

const words: readonly SignedRequest[] = [
  {},
  { path: '/pets/7', query: { limit: '10', b: '', a: "x y+z!'()*/%", ü: '%ff' } },
  { path: '/pets/a%20b/%2F/c:d', headers: { 'x-note': 'one  two,three', 'content-type': 'text/plain' } },
  { method: 'POST', path: '/pets', body: '{"name":"ann","age":7}' },
  { method: 'PUT', path: '/pets/8', body: 'whatever', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
];

export async function fuzzSignatures(seed: number, count: number): Promise<SignatureFindings> {
  const chance = chanceFrom(seed);
  const functions = functionsAnswering({ statusCode: 200, body: 'in' });
  const method = {
    authorizationType: 'AWS_IAM',
    integration: {
      type: 'AWS_PROXY',
      httpMethod: 'POST',
      uri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations',
    },
  } as const;
  const keys = new Map([key, session].map((each) => [each.accessKeyId, each]));
  const plan = compileRest(
    liveStage(restSnapshot({ 'ANY /': method, 'ANY /{proxy+}': method })),
    planTools({ functions, credentials: { accessKey: (id) => keys.get(id) } }),
  );
  async function statusOf(sent: SentRequest): Promise<number> {
    functions.calls.length = 0;
    const { status } = await runPlan(plan, arriving(sent));
    return functions.calls.length === 0 || status === 200 ? status : -1;
  }

  const sound: SentRequest[] = [];
  for (const each of words) {
    for (const presigned of [false, true]) {
      // The SDK would put the hash into the URL, where only S3 reads it.
      if (presigned && each.headers?.['x-amz-content-sha256'] !== undefined) continue;
      for (const by of [key, session]) sound.push(sentOf(await signedExchange(by, { ...each, presigned })));
    }
  }
  const findings: string[] = [];
  for (const sent of sound) {
    if ((await statusOf(sent)) !== 200) findings.push(`a sound request is refused: ${JSON.stringify(sent)}`);
    for (const [name, respell] of Object.entries(spellings)) {
      const respelt = respell(sent);
      const same = signedMeaning(respelt) === signedMeaning(sent);
      if (!same || (await statusOf(respelt)) !== 200) findings.push(`${name} is refused: ${JSON.stringify(respelt)}`);
    }
  }
  let refused = 0;
  let respelt = 0;
  for (let i = 0; i < count; i++) {
    const before = chance.of(sound);
    const after = changed(chance, before, chance.of(sound));
    if (JSON.stringify(after) === JSON.stringify(before)) continue;
    const status = await statusOf(after);
    if (status >= 400 && status < 500) refused++;
    else if (status === 200 && isInTime(after) && signedMeaning(after) === signedMeaning(before)) respelt++;
    // What was put together from two sound requests may be the other one.
    else if (status === 200 && isInTime(after) && sound.some((one) => signedMeaning(one) === signedMeaning(after)))
      respelt++;
    else findings.push(`${status} for ${JSON.stringify(after)}, which was ${JSON.stringify(before)}`);
  }
  return { findings, refused, respelt };
}

/** Presigned URLs of the fixture live a minute, signed headers five; nobody may come more than five minutes early. */
function isInTime({ headers, lateMs }: SentRequest): boolean {
  const isPresigned = !headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'authorization');
  return lateMs <= (isPresigned ? 61_000 : 301_000) && lateMs >= -301_000;
}

function sentOf({ request, path }: Exchange): SentRequest {
  const { method, query, headers, body } = request;
  return { method, path, query, headers: [...headers], body: body.toString('latin1'), lateMs: 0 };
}

function arriving({ method, path, query, headers, body, lateMs }: SentRequest): Exchange {
  const x = exchange({ method, path, headers: [...headers], body: Buffer.from(body, 'latin1'), atMs: lateMs });
  return { ...x, path, request: { ...x.request, path: `/dev${path}`, query } };
}

/** What may be written otherwise though it is signed: each is let in. */
const spellings: Readonly<Record<string, (sent: SentRequest) => SentRequest>> = {
  'a header’s name in capitals': (sent) => ({
    ...sent,
    headers: sent.headers.map((text, i) => (i % 2 === 0 ? text.toUpperCase() : text)),
  }),
  // What is around it has gone when a request comes off a socket.
  'more white space within a header’s value': (sent) => ({
    ...sent,
    headers: sent.headers.map((text, i) => (i % 2 === 0 ? text : text.replaceAll(' ', ' \t '))),
  }),
  'a header’s values on lines of their own': (sent) => ({
    ...sent,
    headers: sent.headers.flatMap((text, i) => {
      if (i % 2 === 1) return sent.headers[i - 1] === 'x-note' ? [] : [text];
      return text === 'x-note' ? sent.headers[i + 1]!.split(',').flatMap((value) => [text, value]) : [text];
    }),
  }),
  'one more header that is not signed': (sent) => ({ ...sent, headers: [...sent.headers, 'x-more', 'unsigned'] }),
  'an unknown field in Authorization': (sent) => ({
    ...sent,
    headers: sent.headers.map((text) => (text.startsWith('AWS4-') ? `${text},  More=x` : text)),
  }),
  'escapes of the query in lower case (%2f for %2F)': (sent) => ({
    ...sent,
    query: sent.query.replace(/%[\dA-F]{2}/g, (escaped) => escaped.toLowerCase()),
  }),
  'a letter of the query escaped (%61 for a)': (sent) => ({ ...sent, query: sent.query.replace(/^l/, '%6c') }),
  'a space of the query as plus': (sent) => ({ ...sent, query: sent.query.replaceAll('%20', '+') }),
  'parameters of the query in another order': (sent) => ({
    ...sent,
    query: sent.query.split('&').reverse().join('&'),
  }),
  'a parameter without a value, with and without =': (sent) => ({
    ...sent,
    query: sent.query.replace(/b=(?=&|$)/, 'b'),
  }),
  'empty parameters': (sent) => ({ ...sent, query: sent.query === '' ? '&' : `&${sent.query.replace('&', '&&')}&` }),
  'another X-Amz-Signature after the one that counts, which is never part of what is signed': (sent) => ({
    ...sent,
    query: sent.query.includes('X-Amz-Signature') ? `${sent.query}&X-Amz-Signature=00` : sent.query,
  }),
  'a run of slashes in the path': (sent) => ({ ...sent, path: `/${sent.path}` }),
  'dot segments in the path': (sent) => ({ ...sent, path: `/./x/..${sent.path}` }),
};

const alphabet = 'ABCDEFabcdefxyzXYZ0123456789-_.~=+/%&?;:,\'"()*! \t\u00a0\u00e9\u00ff';

/** As a socket gives them: a character for each byte. */
const nastyBytes = nastyTexts
  .filter((each) => !/[\r\n\0]/.test(each))
  .map((each) => Buffer.from(each).toString('latin1'));

/** The text with a few characters replaced, left out, doubled, escaped or put in. */
function spoilt(chance: Chance, text: string): string {
  const at = chance.below(text.length + 1);
  const [head, tail] = [text.slice(0, at), text.slice(at)];
  const one = tail.slice(0, 1);
  const hex = one.charCodeAt(0).toString(16).padStart(2, '0');
  switch (chance.below(11)) {
    case 0:
      return head + chance.of([...alphabet]) + tail.slice(1);
    case 1:
      return head + tail.slice(1 + chance.below(6));
    case 2:
      return head + chance.of([...alphabet]) + tail;
    case 3:
      return head + (one === '' ? '' : `%${chance.once(2) ? hex : hex.toUpperCase()}`) + tail.slice(1);
    case 4:
      return head + (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()) + tail.slice(1);
    case 5:
      return head + tail.slice(0, chance.below(9)) + tail;
    case 6: {
      const from = chance.of(['%25', '%', '/', '+', '%20', ' ', ',', ';', '&', '=']);
      const to = chance.of(replacements);
      return chance.once(2) ? text.replace(from, to) : text.replaceAll(from, to);
    }
    case 8:
      // Escaped once more, or once less.
      return chance.once(2) ? text.replaceAll('%', '%25') : text.replaceAll('%25', '%');
    case 9:
      return text.replace(' ', chance.of(['\u00a0', '  ', '\t', '']));
    case 7:
      return head + chance.of(nastyBytes) + tail;
    default:
      return text.slice(at).concat(head);
  }
}

const replacements = [
  '%25',
  '%',
  '%2525',
  '/',
  '%2F',
  '%2f',
  '//',
  '/./',
  '/../',
  '+',
  '%20',
  ' ',
  '',
  '&',
  '&&',
  '=',
  ',',
];

/** One thing changed; `other` is a sound request to take a part from. */
export function changed(chance: Chance, sent: SentRequest, other: SentRequest): SentRequest {
  const { headers } = sent;
  const pair = 2 * chance.below(headers.length / 2);
  const authorization = headers.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'authorization');
  switch (chance.below(13)) {
    case 0:
      return { ...sent, path: `/${spoilt(chance, sent.path.slice(1))}` };
    case 1:
      return { ...sent, query: spoilt(chance, sent.query) };
    case 2:
      return { ...sent, headers: headers.with(pair + 1, spoilt(chance, headers[pair + 1]!)) };
    case 3:
      return { ...sent, headers: headers.with(pair, spoilt(chance, headers[pair]!)) };
    case 4:
      return { ...sent, headers: headers.toSpliced(pair, 2) };
    case 5: {
      // A second line of the same header, before or behind it.
      const line = [headers[pair]!, chance.once(2) ? headers[pair + 1]! : spoilt(chance, headers[pair + 1]!)];
      return { ...sent, headers: headers.toSpliced(pair + chance.of([0, 2]), 0, ...line) };
    }
    case 6:
      return { ...sent, headers: [...headers, chance.of(addedHeaders), chance.of(addedValues)] };
    case 7:
      return { ...sent, body: spoilt(chance, sent.body) };
    case 8:
      return { ...sent, method: chance.of(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'get', 'GETT']) };
    case 9:
      return { ...sent, lateMs: chance.of([1, -1]) * chance.below(chance.of([400_000, 100_000_000])) };
    case 10: {
      // Credential scope, date, lifetime: in the one place or the other.
      const swap = (text: string): string => text.replace(chance.of(scopeParts), chance.of(scopeTexts));
      return authorization === -1
        ? { ...sent, query: swap(sent.query) }
        : { ...sent, headers: headers.with(authorization + 1, swap(headers[authorization + 1]!)) };
    }
    case 11:
      return { ...sent, query: [sent.query, chance.of([...other.query.split('&'), 'X-Amz-Expires=604800'])].join('&') };
    default:
      // A part of another request under this one's signature.
      return chance.of<SentRequest>([
        { ...sent, path: other.path },
        { ...sent, query: other.query },
        { ...sent, headers: other.headers },
        { ...sent, body: other.body },
      ]);
  }
}

const scopeParts = [
  /\d{8}/,
  /us-east-1/,
  /execute-api/,
  /aws4_request/,
  /A[KS]IAFUZZ/,
  /SHA256/,
  /Expires=\d+/,
  /host/,
];
const scopeTexts = [
  '20260925',
  '2026092',
  '',
  'eu-west-1',
  'lambda',
  'aws4',
  'ASIAFUZZ',
  'AKIAFUZZ',
  'x;host',
  'Expires=61',
];
const addedHeaders = [
  ...['Authorization', 'X-Amz-Date', 'Date', 'X-Amz-Security-Token', 'X-Amz-Content-Sha256', 'X-Amz-Target'],
  ...['Host', 'X-Note', 'Content-Type', 'X-More', 'X-HTTP-Method-Override', 'X-Amz-Signature'],
];
const addedValues = [
  '',
  'x',
  'UNSIGNED-PAYLOAD',
  '20260924T201628Z',
  'session/token+==',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
];

if (import.meta.main) {
  const { seed, count } = seedAndCount(300_000);
  const { findings, refused, respelt } = await fuzzSignatures(seed, count);
  console.log(
    `seed ${seed}, ${count} changes: ${refused} refused, ${respelt} other spellings, ${findings.length} findings`,
  );
  for (const finding of findings.slice(0, 20)) console.log(finding.slice(0, 2_000));
}
