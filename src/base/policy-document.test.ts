import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type PolicyUse, readPolicyDocument } from './policy-document.ts';

const allow = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' };
const whole = (...Statement: unknown[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const complaint = (text: string, use: PolicyUse = 'identity'): string | undefined => {
  const read = readPolicyDocument(text, use);
  return typeof read === 'string' ? read : undefined;
};

test('a sound document is read, a lone statement too', () => {
  assert.equal(complaint(whole(allow)), undefined);
  assert.equal(complaint(JSON.stringify({ Version: '2012-10-17', Statement: allow })), undefined);
  const service = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  assert.equal(complaint(whole(service), 'trust'), undefined);
  assert.equal(complaint(whole({ ...allow, Principal: '*' }), 'resource'), undefined);
});

test('IAM says what is wrong in its own sentences', () => {
  const cases: readonly (readonly [string, string, PolicyUse?])[] = [
    ['{', 'Syntax errors in policy.'],
    ['{', 'This policy contains invalid Json', 'trust'],
    ['[]', 'Syntax errors in policy.'],
    [JSON.stringify({ Statement: allow }), 'Policy document must be version 2012-10-17 or greater.'],
    [JSON.stringify({ Version: '2015-01-01', Statement: allow }), 'Syntax errors in policy.'],
    [whole(), 'Syntax errors in policy.'],
    [whole({ ...allow, Effect: 'Maybe' }), 'Syntax errors in policy.'],
    [whole({ ...allow, Extra: 1 }), 'Syntax errors in policy.'],
    [whole({ ...allow, Principal: '*' }), 'Policy document should not specify a principal.'],
    [whole({ Effect: 'Allow', Resource: '*' }), 'Policy statement must contain actions.'],
    [whole({ Effect: 'Allow', Action: 'a:b' }), 'Policy statement must contain resources.'],
    [
      whole({ ...allow, Action: 'Invoke' }),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [whole({ ...allow, Action: 'a b:c' }), 'Vendor a b is not valid'],
    [whole({ ...allow, Resource: 'pets' }), 'Resource pets must be in ARN format or "*".'],
    [whole({ ...allow, Resource: 'arn:x:s3:::b' }), 'Partition "x" is not valid for resource "arn:x:s3:::b".'],
    [whole({ ...allow, Sid: 'a' }, { ...allow, Sid: 'a' }), 'Statement IDs (SID) in a single policy must be unique.'],
    [whole({ ...allow, Condition: { Odd: { 'aws:x': 'y' } } }), 'Invalid Condition type : Odd.'],
    [whole(allow), 'Missing required field Principal', 'trust'],
    [whole({ ...allow, Principal: '*', Action: 'sts:AssumeRole' }), 'Has prohibited field Resource', 'trust'],
    [
      whole({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
      'trust',
    ],
    [
      whole({ Effect: 'Allow', Principal: { AWS: 'ann' }, Action: 'sts:AssumeRole' }),
      'Invalid principal in policy: "AWS":"ann"',
      'trust',
    ],
  ];
  for (const [text, expected, use] of cases) assert.equal(complaint(text, use), expected, text);
});

test('large and deep texts are read like any other', () => {
  assert.equal(complaint(whole(...Array.from({ length: 10_000 }, () => allow))), undefined);
  assert.equal(complaint('['.repeat(500_000)), 'Syntax errors in policy.');
});
