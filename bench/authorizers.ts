/**
 * `node bench/authorizers.ts`: nanoseconds that a guard adds to a request through a plan, without sockets. Run by hand before and after a change to
 * authorizers; numbers of one machine compare only with its own.
 */
import { policyFor, tokenAuthorizer } from '../src/plan/authorizers/authorizer-fixture.ts';
import { issuersOf, testIssuer } from '../src/plan/authorizers/token-fixture.ts';
import { VerifiedTokens } from '../src/plan/authorizers/verified-tokens.ts';
import { compileHttpApi } from '../src/plan/compile-http.ts';
import { compileRest } from '../src/plan/compile-rest.ts';
import type { Exchange } from '../src/plan/exchange.ts';
import { httpExchange, httpProxyTo, httpSnapshot, httpStage } from '../src/plan/http/http-plan-fixture.ts';
import type { HttpPlan, RestPlan } from '../src/plan/plan.ts';
import {
  exchange,
  functionsAnswering,
  liveStage,
  mock200,
  planTools,
  restSnapshot,
  upstreamAnswering,
} from '../src/plan/plan-fixture.ts';
import { runPlan } from '../src/plan/run.ts';

/** The median of seven rounds, in nanoseconds per call. */
async function nanosecondsPer(calls: number, call: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 8; round++) {
    const startedMs = performance.now();
    for (let i = 0; i < calls; i++) {
      const result = call();
      if (result instanceof Promise) await result;
    }
    times.push(((performance.now() - startedMs) * 1e6) / calls);
  }
  return times.slice(1).sort((a, b) => a - b)[3]!;
}

const print = (what: string, nanoseconds: number): void =>
  console.log(`${what.padEnd(64)} ${nanoseconds.toFixed(0).padStart(7)} ns`);

const pool = await testIssuer('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123');
const nowSeconds = Math.floor(exchange().startedAtMs / 1000);
const claims = {
  ...{ sub: 'aaaaaaaa-0000-4000-8000-000000000000', 'cognito:username': 'ann', 'cognito:groups': ['a', 'b'] },
  ...{ email: 'ann@example.com', email_verified: true, aud: 'client1', token_use: 'id', auth_time: nowSeconds },
  ...{ iat: nowSeconds - 10, exp: nowSeconds + 3600, origin_jti: 'bbbbbbbb-0000-4000-8000-000000000000' },
};
const token = await pool.sign(claims);
const tools = planTools({
  functions: functionsAnswering({ principalId: 'ann', policyDocument: policyFor('Allow') }),
  upstream: upstreamAnswering(),
  verifiedTokens: new VerifiedTokens(issuersOf(pool)),
});

async function costOf(what: string, plan: RestPlan | HttpPlan, model: Exchange): Promise<number> {
  // As a listener's, the token is a fresh string whose hash nobody has computed yet.
  const bytes = Buffer.from(`Bearer ${token}`);
  const call = () =>
    runPlan(plan, {
      ...model,
      request: { ...model.request, headers: ['Host', 'x.example', 'Authorization', bytes.toString('latin1')] },
    });
  const first = await call();
  if (first.problem !== undefined) throw first.problem;
  const time = await nanosecondsPer(50_000, call);
  print(what, time);
  return time;
}

function restPlan(method: object, authorizer?: object): RestPlan {
  const snapshot = restSnapshot({ 'GET /pets': { ...mock200, ...method } });
  const authorizers = authorizer === undefined ? [] : [{ ...tokenAuthorizer, ...authorizer }];
  return compileRest(liveStage({ ...snapshot, authorizers }), tools);
}

const x = exchange({ path: '/pets' });
const open = await costOf('REST, MOCK, open', restPlan({}), x);
const custom = { authorizationType: 'CUSTOM', authorizerId: 'auth01' };
const lambda = await costOf('REST, MOCK, Lambda authorizer, cached', restPlan(custom, {}), x);
const ofPool = { authorizationType: 'COGNITO_USER_POOLS', authorizerId: 'auth01' };
const arn = 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123';
const cognito = await costOf(
  'REST, MOCK, user pool, cached',
  restPlan(ofPool, { type: 'COGNITO_USER_POOLS', providerARNs: [arn] }),
  x,
);
print('  a cached Lambda authorizer adds', lambda - open);
print('  a cached token of a user pool adds', cognito - open);

const jwt = {
  authorizerId: 'auth01',
  name: 'jwt',
  authorizerType: 'JWT',
  identitySource: ['$request.header.Authorization'],
  jwtConfiguration: { issuer: pool.issuer, audience: ['client1'] },
} as const;
const route = httpProxyTo('http://backend/');
const guarded = { ...route, authorizationType: 'JWT', authorizerId: 'auth01' } as const;
const openHttp = compileHttpApi(httpStage(httpSnapshot({ 'GET /': route })), tools);
const guardedHttp = compileHttpApi(httpStage(httpSnapshot({ 'GET /': guarded }, {}, [jwt])), tools);
const openRoute = await costOf('HTTP API, HTTP_PROXY, open', openHttp, httpExchange(openHttp));
const jwtRoute = await costOf('HTTP API, HTTP_PROXY, JWT, cached', guardedHttp, httpExchange(guardedHttp));
print('  a cached JWT adds', jwtRoute - openRoute);

let count = 0;
const many = await Promise.all(Array.from({ length: 2000 }, (_, i) => pool.sign({ ...claims, jti: String(i) })));
const verified = new VerifiedTokens(issuersOf(pool)).of(pool.issuer);
print(
  'a signature checked for the first time',
  await nanosecondsPer(240, () => verified.verify(many[count++ % 2000]!, 0)),
);
