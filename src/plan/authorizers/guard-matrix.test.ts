/** Every guard, every way to come to it, before every kind of integration: what the client gets, and that nobody behind is called. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Authorizer } from '../../definition/rest-api.ts';
import { exchange, sentHeader, upstreamAnswering } from '../plan-fixture.ts';
import { allowing, guardAnswering, guardArn, guardedApi, policyFor } from './authorizer-fixture.ts';
import { kinds } from './integration-kinds.ts';
import { issuersOf, testIssuer } from './token-fixture.ts';
import { VerifiedTokens } from './verified-tokens.ts';

const pool = await testIssuer('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123');
const other = await testIssuer('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other1234', 'key-2');
const seconds = Math.floor(exchange().startedAtMs / 1000);
const id = { sub: 'ann', aud: 'client', token_use: 'id', exp: seconds + 60 };
const access = { sub: 'ann', client_id: 'client', token_use: 'access', scope: 'rides/write', exp: seconds + 60 };

interface Guard {
  readonly authorizer: Partial<Authorizer>;
  readonly scopes?: readonly string[];
  /** Header values by what they stand for; undefined sends none. */
  readonly tokens: Readonly<Record<string, string | undefined>>;
}

const byFunction = {
  absent: undefined,
  malformed: 'no pattern',
  refused: 'refuse',
  broken: 'break',
  denied: 'deny',
  allowed: 'allow',
};
const guards: Readonly<Record<string, Guard>> = {
  TOKEN: { authorizer: { type: 'TOKEN', identityValidationExpression: '[a-z]+' }, tokens: byFunction },
  REQUEST: { authorizer: { type: 'REQUEST' }, tokens: { ...byFunction, malformed: '' } },
  'REQUEST, nothing kept': {
    authorizer: { type: 'REQUEST', authorizerResultTtlInSeconds: 0 },
    tokens: { ...byFunction, malformed: '' },
  },
  'user pool': {
    authorizer: {},
    tokens: {
      absent: undefined,
      malformed: 'nonsense',
      expired: await pool.sign({ ...id, exp: seconds }),
      'of another pool': await other.sign(id),
      'of another kind': await pool.sign(access),
      allowed: await pool.sign(id),
    },
  },
  'user pool with scopes': {
    authorizer: {},
    scopes: ['rides/write'],
    tokens: {
      absent: undefined,
      malformed: 'a.b.c',
      expired: await pool.sign({ ...access, exp: seconds }),
      'of another pool': await other.sign(access),
      'of another kind': await pool.sign(id),
      'without the scope': await pool.sign({ ...access, scope: 'rides/read' }),
      allowed: await pool.sign(access),
    },
  },
};
const userPools = {
  type: 'COGNITO_USER_POOLS',
  providerARNs: ['arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123'],
} as const;

const unauthorized = [401, '{"message":"Unauthorized"}', 'UnauthorizedException'];
const refusals: Readonly<Record<string, readonly unknown[]>> = {
  expired: [401, '{"message":"The incoming token has expired"}', 'UnauthorizedException'],
  broken: [500, '{"message":null}', 'AuthorizerConfigurationException'],
  denied: [
    403,
    '{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}',
    'AccessDeniedException',
  ],
};

/** The guard function answers as its token says, the backend with 200. */
function functionAnswer(event: Record<string, unknown>): unknown {
  const headers = event['headers'] as Record<string, string> | undefined;
  const said = event['authorizationToken'] ?? (event['type'] === 'REQUEST' ? headers?.['Authorization'] : undefined);
  if (said === undefined) return { statusCode: 200, body: '{}' };
  if (said === 'refuse') return new Error('Unauthorized');
  if (said === 'break') return new Error('broken');
  return allowing({ policyDocument: policyFor(said === 'deny' ? 'Deny' : 'Allow') });
}

for (const [guardName, { authorizer, scopes, tokens }] of Object.entries(guards)) {
  for (const [kind, method] of Object.entries(kinds)) {
    test(`${guardName} before ${kind}: refused in AWS’s words with nobody behind called, or let by`, async () => {
      const functions = guardAnswering(functionAnswer);
      const upstream = upstreamAnswering();
      const api = guardedApi(functions.functions, {
        authorizer: { ...(guardName.startsWith('user pool') && userPools), ...authorizer },
        method: { ...method, ...(scopes && { authorizationScopes: scopes }) },
        tools: { upstream, verifiedTokens: new VerifiedTokens(issuersOf(pool, other)) },
      });
      const behind = (): number =>
        upstream.sent.length + functions.asked.filter(({ functionArn }) => functionArn !== guardArn).length;
      for (const [what, token] of Object.entries(tokens)) {
        // Twice, for what is remembered must be answered alike.
        for (const time of ['first', 'second']) {
          const before = behind();
          const { reply, status, body } = await api.send({
            headers: token === undefined ? [] : ['Authorization', token],
          });
          const label = `${what}, ${time} time: ${reply.problem?.why}`;
          if (what === 'allowed') {
            assert.equal(status, 200, label);
            assert.equal(behind() - before, kind === 'MOCK' ? 0 : 1, label);
            continue;
          }
          const found = [status, body, sentHeader(reply, 'x-amzn-ErrorType')];
          assert.deepEqual(found, refusals[what] ?? unauthorized, label);
          assert.equal(behind(), before, label);
        }
      }
    });
  }
}
