/** AWS_IAM, resource policies and API keys, every way to come to them, before every kind of integration: what the client gets, and that nobody behind is called. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { permissionsOf } from '../../base/permissions.ts';
import { compilePolicy } from '../../base/policy.ts';
import type { AccessKey } from '../../ports/credentials.ts';
import type { KnownKey } from '../../ports/usage.ts';
import { compileRest } from '../compile-rest.ts';
import type { Exchange } from '../exchange.ts';
import {
  exchange,
  functionsAnswering,
  liveStage,
  type MethodInWords,
  planTools,
  restSnapshot,
  sentHeader,
  upstreamAnswering,
} from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import { signedExchange } from '../signed-exchange.ts';
import { kinds } from './integration-kinds.ts';

interface Case {
  readonly request: () => Exchange | Promise<Exchange>;
  /** The API's statements; undefined for an API without a policy. */
  readonly policy?: readonly unknown[];
  /** Status, body and error type; undefined lets by. */
  readonly refused?: readonly [number, string | RegExp, string];
}

interface Guard {
  /** Rows that the cases show. */
  readonly rows: string;
  readonly method: MethodInWords;
  readonly cases: Readonly<Record<string, Case>>;
}

const here = '000000000000';
const elsewhere = '123456789012';
const allow = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' };
const deny = { ...allow, Effect: 'Deny' };

function userKey(name: string, account: string, ...Statement: unknown[]): AccessKey {
  const callerArn = `arn:aws:iam::${account}:user/${name}`;
  const document = { Version: '2012-10-17', Statement };
  return {
    accessKeyId: `AKIA${name.toUpperCase()}`,
    secretAccessKey: `secret of ${name}`,
    account,
    callerArn,
    userId: `AIDA${name.toUpperCase()}`,
    principal: { kind: 'AWS', names: [callerArn] },
    permissions: permissionsOf({ identity: [compilePolicy(document, 'identity')] }),
    context: new Map([['aws:username', name]]),
  };
}

const ann = userKey('ann', here, allow);
const silent = userKey('silent', here);
const denied = userKey('denied', here, allow, deny);
const eve = userKey('eve', elsewhere, allow);
const session: AccessKey = { ...userKey('session', here, allow), sessionToken: 'token', expiresAtMs: 1 };
const accessKeys = new Map([ann, silent, denied, eve, session].map((key) => [key.accessKeyId, key]));

const everybody = { ...allow, Principal: '*' };
const loopback = { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } };

const refusedTo = (who: string, reason: string): readonly [number, string, string] => [
  403,
  JSON.stringify({
    Message: `User: ${who} is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********0000:a1b2c3d4e5/dev/GET/ ${reason}`,
  }),
  'AccessDeniedException',
];
const explicitly = (kind: string): string => `with an explicit deny in ${kind} policy`;
const forWantOf = (kind: string): string => `because no ${kind} policy allows the execute-api:Invoke action`;
const saying =
  (...headers: string[]): (() => Exchange) =>
  () =>
    exchange({ headers: [...headers] });
const signedBy = (key: AccessKey, lateMs = 0) => ({ request: () => signedExchange(key, {}, lateMs) });
const forbidden = [403, '{"message":"Forbidden"}', 'ForbiddenException'] as const;

const guards: Readonly<Record<string, Guard>> = {
  AWS_IAM: {
    rows: '[IAM-02] [IAM-05]',
    method: { authorizationType: 'AWS_IAM' },
    cases: {
      absent: {
        request: saying(),
        refused: [403, '{"message":"Missing Authentication Token"}', 'MissingAuthenticationTokenException'],
      },
      malformed: {
        request: saying('Authorization', 'AWS4-HMAC-SHA256 nonsense'),
        refused: [
          403,
          `{"message":"'nonsense' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 nonsense'."}`,
          'IncompleteSignatureException',
        ],
      },
      'of a guessed secret': {
        ...signedBy({ ...ann, secretAccessKey: 'guessed' }),
        refused: [
          403,
          /^\{"message":"The request signature we calculated does not match the signature you provided\. /,
          'InvalidSignatureException',
        ],
      },
      expired: {
        ...signedBy(ann, 301_000),
        refused: [
          403,
          '{"message":"Signature expired: 20260924T201127Z is now earlier than 20260924T201128Z (20260924T201628Z - 5 min.)"}',
          'InvalidSignatureException',
        ],
      },
      'of an expired session': {
        ...signedBy(session),
        refused: [403, '{"message":"The security token included in the request is expired"}', 'ExpiredTokenException'],
      },
      'of an unknown key': {
        ...signedBy({ ...ann, accessKeyId: 'AKIANOBODY' }),
        refused: [
          403,
          '{"message":"The security token included in the request is invalid."}',
          'UnrecognizedClientException',
        ],
      },
      'of another account': { ...signedBy(eve), refused: refusedTo(eve.callerArn, forWantOf('resource-based')) },
      'with a silent policy': {
        ...signedBy(silent),
        refused: refusedTo(silent.callerArn, forWantOf('identity-based')),
      },
      'with a denying policy': {
        ...signedBy(denied),
        refused: refusedTo(denied.callerArn, explicitly('an identity-based')),
      },
      allowed: signedBy(ann),
      'allowed, presigned': { request: () => signedExchange(ann, { presigned: true }) },
    },
  },
  'a resource policy': {
    rows: '[POL-02] [POL-06]',
    method: {},
    cases: {
      'from an address that is denied': {
        request: saying(),
        policy: [everybody, { ...everybody, ...deny, Condition: loopback }],
        refused: refusedTo('anonymous', explicitly('a resource-based')),
      },
      'from an address nobody named': {
        request: saying(),
        policy: [{ ...everybody, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }],
        refused: refusedTo('anonymous', forWantOf('resource-based')),
      },
      'for another account': {
        request: saying(),
        policy: [{ ...allow, Principal: { AWS: elsewhere } }],
        refused: refusedTo('anonymous', forWantOf('resource-based')),
      },
      allowed: { request: saying(), policy: [{ ...everybody, Condition: loopback }] },
    },
  },
  'AWS_IAM with a resource policy': {
    rows: '',
    method: { authorizationType: 'AWS_IAM' },
    cases: {
      unsigned: {
        request: saying(),
        policy: [everybody],
        refused: [403, '{"message":"Missing Authentication Token"}', 'MissingAuthenticationTokenException'],
      },
      'from an address that is denied': {
        ...signedBy(ann),
        policy: [everybody, { ...everybody, ...deny, Condition: loopback }],
        refused: refusedTo(ann.callerArn, explicitly('a resource-based')),
      },
      'of an account nobody named': {
        ...signedBy(eve),
        policy: [{ ...allow, Principal: { AWS: '210987654321' } }],
        refused: refusedTo(eve.callerArn, forWantOf('resource-based')),
      },
      'allowed, of another account': { ...signedBy(eve), policy: [{ ...allow, Principal: { AWS: elsewhere } }] },
      allowed: { ...signedBy(silent), policy: [everybody] },
    },
  },
  'an API key': {
    rows: '[UP-01]',
    method: { apiKeyRequired: true },
    cases: {
      absent: { request: saying(), refused: forbidden },
      unknown: { request: saying('x-api-key', 'unknown'), refused: forbidden },
      disabled: { request: saying('x-api-key', 'disabled'), refused: forbidden },
      'in no plan': { request: saying('x-api-key', 'planless'), refused: forbidden },
      'of another stage': { request: saying('x-api-key', 'a1b2c3d4e5/prod'), refused: forbidden },
      'of another API': { request: saying('x-api-key', 'other/dev'), refused: forbidden },
      allowed: { request: saying('x-api-key', 'a1b2c3d4e5/dev') },
    },
  },
};

/** A key whose value names the stage that its plan has; disabled ones have the right one. */
function keyOf(value: string): KnownKey | undefined {
  if (value === 'unknown') return undefined;
  const subscription = { planId: 'plan01', refusedByRate: () => undefined, takeQuota: () => true };
  const reaches = value === 'disabled' ? 'a1b2c3d4e5/dev' : value;
  return {
    id: `id of ${value}`,
    value,
    enabled: value !== 'disabled',
    subscription: (stage) => (stage === reaches ? subscription : undefined),
  };
}

for (const [guardName, { rows, method, cases }] of Object.entries(guards)) {
  for (const [kind, integration] of Object.entries(kinds)) {
    test(
      `${rows} ${guardName} before ${kind}: refused in AWS’s words with nobody behind called, or let by`.trim(),
      async () => {
        for (const [what, { request, policy, refused }] of Object.entries(cases)) {
          const functions = functionsAnswering({ statusCode: 200, body: '{}' });
          const upstream = upstreamAnswering();
          const api = policy && { policy: JSON.stringify({ Version: '2012-10-17', Statement: policy }) };
          const plan = compileRest(
            liveStage(restSnapshot({ 'GET /': { ...integration, ...method } }, api)),
            planTools({
              functions,
              upstream,
              usage: { keysOf: () => ({ find: keyOf }) },
              credentials: { accessKey: (id) => accessKeys.get(id) },
              strictPermissions: true,
            }),
          );
          // Twice, for what was let by once must not open the door to anybody else.
          for (const time of [1, 2]) {
            const reply = await runPlan(plan, await request());
            const behind = upstream.sent.length + functions.calls.length;
            const label = `${what}, time ${time}: ${reply.problem?.why}`;
            if (refused === undefined) {
              assert.equal(reply.status, 200, label);
              assert.equal(behind, kind === 'MOCK' ? 0 : time, label);
              continue;
            }
            const [status, body, errorType] = refused;
            assert.deepEqual([reply.status, sentHeader(reply, 'x-amzn-ErrorType')], [status, errorType], label);
            if (typeof body === 'string') assert.equal(String(reply.body), body, label);
            else assert.match(String(reply.body), body, label);
            assert.equal(behind, 0, label);
          }
        }
      },
    );
  }
}
