/** Every guard of HTTP APIs, every way to come to it, before every kind of integration: what the client gets, and that nobody behind is called. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { permissionsOf } from '../../base/permissions.ts';
import { compilePolicy } from '../../base/policy.ts';
import type { Route, V2Authorizer } from '../../definition/v2-api.ts';
import { type AccessKey, rootAccessKey } from '../../ports/credentials.ts';
import { guardAnswering, guardArn, guardUri, policyFor } from '../authorizers/authorizer-fixture.ts';
import { issuersOf, testIssuer } from '../authorizers/token-fixture.ts';
import { VerifiedTokens } from '../authorizers/verified-tokens.ts';
import { compileHttpApi } from '../compile-http.ts';
import type { Exchange } from '../exchange.ts';
import { exchange, planTools, sentHeader, upstreamAnswering } from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import { signedExchange } from '../signed-exchange.ts';
import { httpExchange, httpProxyTo, httpSnapshot, httpStage, lambda1, lambda2 } from './http-plan-fixture.ts';

const issuer = await testIssuer('https://issuer.example');
const other = await testIssuer('https://other.example');
const forger = await testIssuer('https://issuer.example');
const seconds = Math.floor(exchange().startedAtMs / 1000);
const claims = { sub: 'ann', aud: 'client', iat: seconds - 10, exp: seconds + 60, scope: 'rides/write' };

const deniedBody = '{"message":"Forbidden"}';
const unauthorized = [401, '{"message":"Unauthorized"}'] as const;
const forbidden = [403, deniedBody] as const;

interface Case {
  readonly sends: string | undefined | (() => Promise<Exchange>);
  /** Status and body; undefined lets by. */
  readonly refused?: readonly [number, string];
}

interface Guard {
  readonly route: Partial<Route>;
  readonly authorizer?: Partial<V2Authorizer>;
  readonly cases: Readonly<Record<string, Case>>;
}

const jwtCases = async (): Promise<Record<string, Case>> => ({
  absent: { sends: undefined, refused: unauthorized },
  malformed: { sends: 'a.b.c', refused: unauthorized },
  expired: { sends: await issuer.sign({ ...claims, exp: seconds - 1 }), refused: unauthorized },
  'not valid yet': { sends: await issuer.sign({ ...claims, nbf: seconds + 600 }), refused: unauthorized },
  'of a wrong audience': { sends: await issuer.sign({ ...claims, aud: 'another' }), refused: unauthorized },
  'of another issuer': { sends: await other.sign(claims), refused: unauthorized },
  'signed by somebody else': { sends: await forger.sign(claims), refused: unauthorized },
  unsigned: {
    sends: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await issuer.sign(claims)).split('.')[1]}.`,
    refused: unauthorized,
  },
  allowed: { sends: `Bearer ${await issuer.sign(claims)}` },
});

const byFunction: Readonly<Record<string, Case>> = {
  absent: { sends: undefined, refused: unauthorized },
  // A header without a value is there: the function is asked.
  malformed: { sends: '', refused: forbidden },
  refused: { sends: 'refuse', refused: unauthorized },
  broken: { sends: 'break', refused: [500, '{"message":"Internal Server Error"}'] },
  nonsense: { sends: 'nonsense', refused: [500, '{"message":"Internal Server Error"}'] },
  denied: { sends: 'deny', refused: forbidden },
  allowed: { sends: 'allow' },
};

function userKey(name: string, account: string, ...Statement: unknown[]): AccessKey {
  const callerArn = `arn:aws:iam::${account}:user/${name}`;
  const permissions = permissionsOf({
    identity: [compilePolicy({ Version: '2012-10-17', Statement }, 'identity')],
  });
  const key = rootAccessKey({
    accessKeyId: `AKIA${name.toUpperCase()}`,
    secretAccessKey: `secret of ${name}`,
    account,
  });
  return { ...key, callerArn, principal: { kind: 'AWS', names: [callerArn] }, permissions };
}
const allow = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' };
const ann = userKey('ann', '000000000000', allow);
const silent = userKey('silent', '000000000000');
const denied = userKey('denied', '000000000000', allow, { ...allow, Effect: 'Deny' });
const eve = userKey('eve', '123456789012', allow);
const session: AccessKey = { ...userKey('session', '000000000000', allow), sessionToken: 'token', expiresAtMs: 1 };
const keys = new Map([ann, silent, denied, eve, session].map((key) => [key.accessKeyId, key]));

const guards: Readonly<Record<string, Guard>> = {
  JWT: { route: { authorizationType: 'JWT' }, authorizer: {}, cases: await jwtCases() },
  'JWT with scopes': {
    route: { authorizationType: 'JWT', authorizationScopes: ['rides/write'] },
    authorizer: {},
    cases: {
      ...(await jwtCases()),
      'without the scope': { sends: await issuer.sign({ ...claims, scope: 'rides/read' }), refused: forbidden },
    },
  },
  ...Object.fromEntries(
    (
      [
        ['a function with simple answers', { authorizerPayloadFormatVersion: '2.0', enableSimpleResponses: true }],
        ['a function with policies, format 2.0', { authorizerPayloadFormatVersion: '2.0' }],
        ['a function with policies, format 1.0', { authorizerPayloadFormatVersion: '1.0' }],
        ['a function that is remembered', { authorizerPayloadFormatVersion: '2.0', authorizerResultTtlInSeconds: 300 }],
      ] as const
    ).map(([name, words]) => [
      name,
      {
        route: { authorizationType: 'CUSTOM' },
        authorizer: { authorizerType: 'REQUEST', authorizerUri: guardUri, ...words },
        cases: byFunction,
      },
    ]),
  ),
  AWS_IAM: {
    route: { authorizationType: 'AWS_IAM' },
    cases: {
      absent: { sends: undefined, refused: forbidden },
      malformed: { sends: 'AWS4-HMAC-SHA256 nonsense', refused: forbidden },
      'of a guessed secret': {
        sends: () => signedExchange({ ...ann, secretAccessKey: 'guessed' }),
        refused: forbidden,
      },
      'of an unknown key': { sends: () => signedExchange({ ...ann, accessKeyId: 'AKIANOBODY' }), refused: forbidden },
      expired: { sends: () => signedExchange(ann, {}, 301_000), refused: forbidden },
      'of an expired session': { sends: () => signedExchange(session), refused: forbidden },
      'for another service': { sends: () => signedExchange(ann, { service: 'lambda' }), refused: forbidden },
      'for another region': { sends: () => signedExchange(ann, { region: 'eu-west-1' }), refused: forbidden },
      'of another account': { sends: () => signedExchange(eve), refused: forbidden },
      'with a silent policy': { sends: () => signedExchange(silent), refused: forbidden },
      'with a denying policy': { sends: () => signedExchange(denied), refused: forbidden },
      allowed: { sends: () => signedExchange(ann) },
      'allowed, presigned': { sends: () => signedExchange(ann, { presigned: true }) },
    },
  },
};

const kinds = { HTTP_PROXY: httpProxyTo('http://backend/'), 'AWS_PROXY 1.0': lambda1, 'AWS_PROXY 2.0': lambda2 };

/** The guard function answers as its identity source says, the backend with 200. */
function functionAnswer(event: Record<string, unknown>): unknown {
  if (!('type' in event)) return { statusCode: 200, body: '{}' };
  const source = event['identitySource'];
  const said = Array.isArray(source) ? source[0] : source;
  if (said === 'refuse') return new Error('Unauthorized');
  if (said === 'break') return new Error('broken');
  if (said === 'nonsense') return '"nonsense"';
  const policy = policyFor(said === 'allow' ? 'Allow' : 'Deny', '*');
  return { isAuthorized: said === 'allow', principalId: 'ann', policyDocument: policy };
}

for (const [guardName, { route, authorizer, cases }] of Object.entries(guards)) {
  for (const [kind, integration] of Object.entries(kinds)) {
    for (const routeKey of ['GET /', 'ANY /', '$default']) {
      test(`${guardName} before ${kind} on ${routeKey}: refused in AWS’s words with nobody behind called, or let by`, async () => {
        const guard = guardAnswering(functionAnswer);
        const upstream = upstreamAnswering();
        const authorizers: V2Authorizer[] =
          authorizer === undefined
            ? []
            : [
                {
                  ...{ authorizerId: 'auth01', name: 'guard', authorizerType: 'JWT' },
                  identitySource: ['$request.header.Authorization'],
                  ...(authorizer.authorizerType === undefined && {
                    jwtConfiguration: { issuer: issuer.issuer, audience: ['client'] },
                  }),
                  ...authorizer,
                },
              ];
        const words = { ...integration, ...route, ...(authorizer && { authorizerId: 'auth01' }) };
        const plan = compileHttpApi(
          httpStage(httpSnapshot({ [routeKey]: words }, {}, authorizers), { stageName: 'dev' }),
          planTools({
            ...{ functions: guard.functions, upstream, strictPermissions: true },
            verifiedTokens: new VerifiedTokens(issuersOf(issuer, other)),
            credentials: { accessKey: (id) => keys.get(id) },
          }),
        );
        const behind = (): number =>
          upstream.sent.length + guard.asked.filter(({ functionArn }) => functionArn !== guardArn).length;
        for (const [what, { sends, refused }] of Object.entries(cases)) {
          // Twice, for what is remembered must be answered alike.
          for (const time of ['first', 'second']) {
            const before = behind();
            const headers = typeof sends === 'string' ? ['Authorization', sends] : [];
            const x = typeof sends === 'function' ? await sends() : httpExchange(plan, { headers });
            const reply = await runPlan(plan, x);
            const label = `${what}, ${time} time: ${reply.problem?.why}`;
            if (refused === undefined) {
              assert.equal(reply.status, 200, label);
              assert.equal(behind() - before, 1, label);
              continue;
            }
            assert.deepEqual([reply.status, String(reply.body)], refused, label);
            // HTTP APIs name no type of error; tokens are asked for in the standard's way.
            assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), undefined, label);
            if (guardName.startsWith('JWT'))
              assert.match(sentHeader(reply, 'www-authenticate') ?? '', /^Bearer/, label);
            assert.equal(behind(), before, label);
          }
        }
      });
    }
  }
}
