import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { anonymousPrincipal, compilePolicy, isAllowedBy, matchesWildcard, type PolicyStatement } from './policy.ts';

const request = {
  principal: 'apigateway.amazonaws.com',
  action: 'lambda:InvokeFunction',
  resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f',
  context: new Map([
    ['aws:sourcearn', 'arn:aws:execute-api:eu-west-1:123456789012:api1/prod/GET/pets/dogs'],
    ['aws:sourceaccount', '123456789012'],
  ]),
};

const allow: PolicyStatement = {
  Effect: 'Allow',
  Principal: { Service: 'apigateway.amazonaws.com' },
  Action: 'lambda:InvokeFunction',
  Resource: request.resource,
};

const allows = (change: Partial<PolicyStatement>): boolean => isAllowedBy([{ ...allow, ...change }], request);
const arnLike = (pattern: string): boolean => allows({ Condition: { ArnLike: { 'AWS:SourceArn': pattern } } });

test('no statement allows nothing', () => {
  assert.equal(isAllowedBy([], request), false);
});

test('principal, action and resource must all match, with wildcards', () => {
  assert.equal(allows({}), true);
  assert.equal(allows({ Principal: { Service: 'events.amazonaws.com' } }), false);
  assert.equal(allows({ Principal: '*' }), true);
  assert.equal(allows({ Principal: { AWS: '*' } }), true);
  assert.equal(allows({ Action: 'lambda:*' }), true);
  assert.equal(allows({ Action: 'LAMBDA:invokefunction' }), true);
  assert.equal(allows({ Action: 'lambda:GetFunction' }), false);
  assert.equal(allows({ Resource: `${request.resource}:live` }), false);
  assert.equal(allows({ Resource: 'arn:aws:lambda:*:*:function:*' }), true);
});

test('an account principal means everyone in the account', () => {
  const byUser = { ...request, principal: 'arn:aws:iam::123456789012:user/ann' };
  for (const AWS of ['123456789012', 'arn:aws:iam::123456789012:root', 'arn:aws:iam::123456789012:user/ann']) {
    assert.equal(isAllowedBy([{ ...allow, Principal: { AWS } }], byUser), true, AWS);
  }
  assert.equal(isAllowedBy([{ ...allow, Principal: { AWS: '210987654321' } }], byUser), false);
});

test('ArnLike compares part by part: a star reaches over slashes but over no colon', () => {
  assert.equal(arnLike('arn:aws:execute-api:eu-west-1:123456789012:api1/*/GET/pets/*'), true);
  assert.equal(arnLike('arn:aws:execute-api:eu-west-1:123456789012:api1/*'), true);
  assert.equal(arnLike('arn:aws:execute-api:*:123456789012:api1/prod/*/pets/dogs'), true);
  assert.equal(arnLike('arn:aws:execute-api:eu-west-1:123456789012:api2/*'), false);
  assert.equal(arnLike('arn:aws:execute-api:eu-west-1:123456789012:api1/*/POST/pets/*'), false);
  assert.equal(arnLike('arn:*:api1/prod/GET/pets/dogs'), false);
});

test('condition keys are compared without regard to case, and an absent key fails', () => {
  assert.equal(allows({ Condition: { StringEquals: { 'aws:SOURCEACCOUNT': '123456789012' } } }), true);
  assert.equal(allows({ Condition: { StringEquals: { 'aws:SourceAccount': '1' } } }), false);
  assert.equal(allows({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }), false);
  assert.equal(allows({ Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } } }), true);
  assert.equal(allows({ Condition: { StringNotEquals: { 'aws:SourceAccount': '1' } } }), true);
  assert.equal(allows({ Condition: { StringNotLike: { 'aws:SourceAccount': '1*' } } }), false);
  assert.equal(allows({ Condition: { Null: { 'aws:PrincipalOrgID': 'true' } } }), true);
});

test('all conditions must hold, one value of each is enough', () => {
  const Condition = {
    StringLike: { 'aws:SourceAccount': ['9*', '1234?6*'] },
    ArnEquals: { 'aws:SourceArn': 'arn:aws:execute-api:eu-west-1:123456789012:api1/prod/GET/pets/dogs' },
  };
  assert.equal(allows({ Condition }), true);
  assert.equal(allows({ Condition: { ...Condition, StringLike: { 'aws:SourceAccount': '9*' } } }), false);
});

test('an operator nobody knows allows nothing and denies everything', () => {
  const Condition = { QuantumEquals: { 'aws:SourceAccount': '123456789012' } };
  assert.equal(allows({ Condition }), false);
  assert.equal(isAllowedBy([allow, { ...allow, Effect: 'Deny', Condition }], request), false);
});

test('a Deny that matches beats every Allow, one that does not changes nothing', () => {
  assert.equal(isAllowedBy([allow, { ...allow, Effect: 'Deny' }], request), false);
  assert.equal(isAllowedBy([allow, { ...allow, Effect: 'Deny', Action: 'lambda:Get*' }], request), true);
});

test('wildcards match as a slow obvious matcher does', () => {
  const alphabet = ['a', 'b', '*', '?', ''];
  const texts = ['', 'a', 'b', 'ab', 'ba', 'aab', 'abab'];
  for (const one of alphabet) {
    for (const two of alphabet) {
      for (const three of alphabet) {
        const pattern = one + two + three;
        const slow = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        for (const text of texts)
          assert.equal(matchesWildcard(pattern, text), slow.test(text), `${pattern} on ${text}`);
      }
    }
  }
});

test('a pattern made to be slow is not', () => {
  const before = performance.now();
  assert.equal(matchesWildcard('*a'.repeat(50) + 'b', 'a'.repeat(5000)), false);
  assert.ok(performance.now() - before < 500);
});

const invoke = {
  principal: { kind: 'AWS', names: ['arn:aws:sts::123456789012:assumed-role/r/s', 'arn:aws:iam::123456789012:role/r'] },
  action: 'execute-api:Invoke',
  resource: 'arn:aws:execute-api:eu-west-1:123456789012:api1/prod/GET/pets/1',
  context: new Map([['aws:username', 'ann']]),
} as const;
const document = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });

test('[IAM-04] wildcards of an identity policy reach over slashes, and what it does not name is denied', () => {
  const says = (Resource: string, verb = 'GET') =>
    compilePolicy(document({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }), 'identity').decide({
      ...invoke,
      resource: `arn:aws:execute-api:eu-west-1:123456789012:api1/prod/${verb}/pets/1`,
    });
  assert.equal(says('arn:aws:execute-api:*:*:api1/prod/GET/*'), 'allow');
  assert.equal(says('arn:aws:execute-api:*:*:api1/prod/GET/*', 'POST'), 'implicit deny');
  assert.equal(says('arn:aws:execute-api:*:*:api1/prod/GET/pets/?'), 'allow');
  assert.equal(says('arn:aws:execute-api:*:*:*/pets/1'), 'allow');
  assert.equal(says('arn:aws:execute-api:*:*:api2/*'), 'implicit deny');
  assert.equal(says('*'), 'allow');
});

test('NotAction, NotResource and NotPrincipal are everything but', () => {
  const identity = (statement: object) => compilePolicy(document(statement), 'identity').decide(invoke);
  assert.equal(identity({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }), 'allow');
  assert.equal(identity({ Effect: 'Allow', NotAction: 'execute-api:*', Resource: '*' }), 'implicit deny');
  assert.equal(identity({ Effect: 'Allow', Action: '*', NotResource: '*/prod/*' }), 'implicit deny');
  assert.equal(identity({ Effect: 'Deny', Action: '*', NotResource: '*/dev/*' }), 'explicit deny');
  assert.equal(identity({ Effect: 'Allow', Action: '*', NotResource: '${absent}' }), 'implicit deny');
  const resource = (statement: object) =>
    compilePolicy(document({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }, statement), 'resource');
  const everybodyBut = (AWS: string) =>
    resource({ Effect: 'Deny', NotPrincipal: { AWS }, Action: '*', Resource: '*' }).decide(invoke);
  assert.equal(everybodyBut('arn:aws:iam::123456789012:role/r'), 'allow');
  assert.equal(everybodyBut('arn:aws:iam::123456789012:role/other'), 'explicit deny');
});

test('a session goes by its own ARN and by its role’s; an account that is named hands the decision on', () => {
  const outcome = (Principal: unknown) =>
    compilePolicy(
      document({ Sid: 'One', Effect: 'Allow', Principal, Action: '*', Resource: '*' }),
      'resource',
    ).evaluate(invoke);
  const direct = { decision: 'allow', statement: 'One', isDelegated: false };
  assert.deepEqual(outcome({ AWS: 'arn:aws:iam::123456789012:role/r' }), direct);
  assert.deepEqual(outcome({ AWS: ['arn:aws:sts::123456789012:assumed-role/r/s'] }), direct);
  assert.deepEqual(outcome({ AWS: '123456789012' }), { ...direct, isDelegated: true });
  assert.deepEqual(outcome({ AWS: ['123456789012', 'arn:aws:iam::123456789012:role/r'] }), direct);
  assert.equal(outcome({ AWS: '999999999999' }).decision, 'implicit deny');
  assert.equal(outcome({ Service: 'arn:aws:iam::123456789012:role/r' }).decision, 'implicit deny');
});

test('nobody is anybody to `*`, and nobody else', () => {
  const says = (Principal: unknown) =>
    compilePolicy(document({ Effect: 'Allow', Principal, Action: '*', Resource: '*' }), 'resource').decide({
      ...invoke,
      principal: anonymousPrincipal,
    });
  assert.equal(says('*'), 'allow');
  assert.equal(says({ AWS: '*' }), 'allow');
  for (const Principal of [{ AWS: '123456789012' }, { AWS: '' }, { Service: '' }, '', {}, [], null, undefined, 7]) {
    assert.equal(says(Principal), 'implicit deny', JSON.stringify(Principal));
  }
});

test('what is no policy allows nothing; a Deny that is half understood denies', () => {
  for (const nonsense of [
    undefined,
    null,
    7,
    'x',
    [],
    {},
    { Statement: null },
    { Statement: 'x' },
    document(null, 7),
  ]) {
    assert.notEqual(compilePolicy(nonsense, 'identity').decide(invoke), 'allow', JSON.stringify(nonsense));
  }
  const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };
  assert.equal(compilePolicy(document(allowAll), 'identity').decide(invoke), 'allow');
  const halfStatements = [
    { Effect: 'Deny', Action: '*' },
    { Effect: 'Deny', Action: 7, Resource: '*' },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: 'x' },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Odd: { 'aws:x': 'y' } } },
    { Effect: 'deny', Action: '*', Resource: '*' },
  ];
  for (const half of halfStatements) {
    assert.equal(
      compilePolicy(document(allowAll, half), 'identity').decide(invoke),
      'explicit deny',
      JSON.stringify(half),
    );
    const asAllow = document({ ...half, Effect: 'Allow' });
    if ('Condition' in half || !('Resource' in half)) {
      assert.equal(compilePolicy(asAllow, 'identity').decide(invoke), 'implicit deny', JSON.stringify(asAllow));
    }
  }
});

test('spoilt policies never throw, and never allow what the sound one denies', () => {
  let seed = 20_261_126;
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed % limit;
  };
  // Whatever is done to its other parts, this statement is about somebody else's API.
  const strange: unknown[] = [
    null,
    true,
    0,
    '',
    '${',
    '${}',
    '*?',
    [],
    {},
    [[]],
    { '*': '*' },
    ['', null],
    '\ud800',
    '__proto__',
  ];
  const names = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition'];
  for (let i = 0; i < 20_000; i++) {
    const statement: Record<string, unknown> = {
      Effect: 'Allow',
      Principal: '*',
      Action: '*',
      Resource: 'arn:aws:execute-api:eu-west-1:123456789012:other/*',
      Condition: { StringEquals: { 'aws:username': 'ann' } },
    };
    for (let n = below(4); n >= 0; n--) statement[names[below(names.length)]!] = strange[below(strange.length)];
    for (const kind of ['identity', 'resource'] as const) {
      const decision = compilePolicy(document(statement), kind).decide(invoke);
      assert.notEqual(decision, 'allow', JSON.stringify(statement));
    }
  }
});
