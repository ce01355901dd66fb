import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { isAllowedBy, matchesWildcard, type PolicyStatement } from './policy.ts';

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
