/**
 * Spoilt tokens and spoilt answers of authorizer functions: none lets anybody in, and every one is answered. By hand:
 * `node test/fuzz/authorizer-fuzz.ts [seed] [count]`.
 */
import {
  executeApi,
  type GuardedApi,
  guardAnswering,
  guardedApi,
  policyFor,
} from '../../src/plan/authorizers/authorizer-fixture.ts';
import { issuersOf, testIssuer } from '../../src/plan/authorizers/token-fixture.ts';
import { VerifiedTokens } from '../../src/plan/authorizers/verified-tokens.ts';
import { exchange } from '../../src/plan/plan-fixture.ts';
import { type Chance, chanceFrom, nastyTexts, seedAndCount } from './random.ts';

/** Findings are sentences. */
export async function fuzzAuthorizers(seed: number, count: number): Promise<string[]> {
  const chance = chanceFrom(seed);
  return [...(await fuzzTokens(chance, count)), ...(await fuzzAnswers(chance, Math.ceil(count / 4)))];
}

const arn = 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123';

async function fuzzTokens(chance: Chance, count: number): Promise<string[]> {
  const pool = await testIssuer('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123');
  const foreign = await testIssuer(pool.issuer);
  const seconds = Math.floor(exchange().startedAtMs / 1000);
  const claims = { sub: 'ann', aud: 'client', token_use: 'id', iat: seconds, exp: seconds + 3600 };
  const good = [await pool.sign(claims), await pool.sign({ ...claims, sub: 'bob' })];
  const bad = [await foreign.sign(claims), await pool.sign({ ...claims, exp: seconds - 1 })];
  const api = guardedApi(guardAnswering({}).functions, {
    authorizer: { type: 'COGNITO_USER_POOLS', providerARNs: [arn] },
    tools: { verifiedTokens: new VerifiedTokens(issuersOf(pool)) },
  });
  const findings: string[] = [];
  for (const token of good) {
    if ((await statusOf(api, token)) !== 200) findings.push('a good token is refused');
  }
  for (let i = 0; i < count; i++) {
    const token = spoilt(chance, chance.of([...good, ...bad]), [...good, ...bad]);
    if (good.includes(token.replace(/^bearer +/i, '').trim())) continue;
    const status = await statusOf(api, token);
    if (status !== 401) findings.push(`${status} for the token ${JSON.stringify(token)}`);
  }
  return findings;
}

const statusOf = async (api: GuardedApi, token: string): Promise<number> =>
  (await api.send({ headers: ['Authorization', token] })).status;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ';

function spoilt(chance: Chance, token: string, others: readonly string[]): string {
  const at = chance.below(token.length);
  switch (chance.below(8)) {
    case 0:
      return token.slice(0, at) + alphabet[chance.below(alphabet.length)]! + token.slice(at + 1);
    case 1:
      return token.slice(0, at) + token.slice(at + 1 + chance.below(20));
    case 2:
      return token.slice(0, at) + chance.of(nastyTexts) + token.slice(at);
    case 3: {
      // Parts of several tokens.
      const parts = [0, 1, 2].map((i) => chance.of(others).split('.')[i]!);
      return parts.join('.');
    }
    case 4:
      return rewritten(token, 0, chance.of(headers));
    case 5:
      return rewritten(token, 1, {
        [chance.of(claimNames)]: chance.of<unknown>([...nastyTexts, 0, null, [], {}, 1e99]),
      });
    case 6:
      return `${token}${chance.of(['=', '.', '.x', ' ', 'A', '\0', ''])}${chance.of(['', token])}`;
    default:
      return chance.of(nastyTexts);
  }
}

const claimNames = ['iss', 'exp', 'token_use', 'sub', 'aud', 'nbf', '__proto__'];

const headers: readonly Record<string, unknown>[] = [
  ...['none', 'None', 'HS256', 'HS384', 'RS384', 'PS256', 'ES256', '', 'RS256 '].map((alg) => ({ alg })),
  ...nastyTexts.map((kid) => ({ kid })),
  { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } },
  { jku: 'http://evil.example/keys' },
  { b64: false, crit: ['b64'] },
  { kid: ['key-1'] },
];

/** One part of a token with members changed, the signature as it was. */
function rewritten(token: string, index: number, changes: Record<string, unknown>): string {
  const parts = token.split('.');
  const members = JSON.parse(Buffer.from(parts[index]!, 'base64url').toString()) as Record<string, unknown>;
  parts[index] = Buffer.from(JSON.stringify({ ...members, ...changes })).toString('base64url');
  return parts.join('.');
}

/** Answers that nowhere allow: whatever is changed about them, nobody gets in. */
async function fuzzAnswers(chance: Chance, count: number): Promise<string[]> {
  const findings: string[] = [];
  for (let i = 0; i < count; i++) {
    const answer = oddValue(chance, {
      principalId: 'ann',
      policyDocument: policyFor(chance.of(['Deny', 'allow', '', 'ALLOW']), chance.of(['*', executeApi, [executeApi]])),
      context: { a: 1 },
    });
    const guard = guardAnswering(answer as Record<string, unknown>);
    const { status, reply } = await guardedApi(guard.functions).send({ headers: ['Authorization', 't'] });
    const why = reply.problem?.why ?? '';
    if ((status !== 403 && status !== 500) || why.includes('unexpected')) {
      findings.push(`${status} ${why} for the answer ${JSON.stringify(answer)}`);
    }
  }
  return findings;
}

/** The value with one part of it, at any depth, replaced, left out or doubled. */
function oddValue(chance: Chance, value: unknown): unknown {
  if (chance.once(6)) return chance.of<unknown>([null, true, 0, -1, [], {}, [value], { value }, ...nastyTexts]);
  if (Array.isArray(value)) {
    const at = chance.below(value.length + 1);
    return at === value.length
      ? [...(value as unknown[]), ...(value as unknown[])]
      : value.with(at, oddValue(chance, value[at]));
  }
  if (typeof value !== 'object' || value === null) return chance.of<unknown>([value, null, ...nastyTexts]);
  const names = Object.keys(value);
  const name = chance.of([...names, 'Condition', 'NotAction', 'Principal', '__proto__']);
  const before = (value as Record<string, unknown>)[name];
  if (chance.once(5)) return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name));
  return { ...value, [name]: oddValue(chance, before ?? 'x') };
}

if (import.meta.main) {
  const { seed, count } = seedAndCount(100_000);
  const findings = await fuzzAuthorizers(seed, count);
  console.log(`seed ${seed}, ${count} tokens: ${findings.length} findings`);
  for (const finding of findings.slice(0, 20)) console.log(finding.slice(0, 2_000));
}
