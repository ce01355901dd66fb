/** Every condition operator in a table: what holds, what does not, what cannot be told. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileIpRange } from './ip-ranges.ts';
import { compileCondition } from './policy-conditions.ts';

const context = new Map<string, string | readonly string[]>([
  ['text', 'Red/Blue'],
  ['star', 'a*b'],
  ['number', '10'],
  ['word', 'ten'],
  ['date', '2026-03-04T05:06:07Z'],
  ['yes', 'true'],
  ['bytes', 'QmluYXJ5VmFsdWU='],
  ['ip', '203.0.113.17'],
  ['ip6', '2001:db8:1234::1'],
  ['mapped', '::ffff:203.0.113.17'],
  ['arn', 'arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/pets'],
  ['tags', ['a', 'b']],
  ['empty', []],
  ['aws:username', 'ann'],
]);

const check = (operator: string, key: string, ...wanted: string[]): boolean | undefined =>
  compileCondition(operator, key, wanted, true)(context);

const table: readonly (readonly [boolean | undefined, string, string, ...string[]])[] = [
  [true, 'StringEquals', 'text', 'Green', 'Red/Blue'],
  [false, 'StringEquals', 'text', 'red/blue'],
  [false, 'StringEquals', 'text', 'Red*'],
  [true, 'StringEquals', 'star', 'a*b'],
  [false, 'StringEquals', 'absent', 'x'],
  [true, 'StringNotEquals', 'text', 'Green'],
  [false, 'StringNotEquals', 'text', 'Green', 'Red/Blue'],
  [true, 'StringNotEquals', 'absent', 'x'],
  [true, 'StringEqualsIgnoreCase', 'text', 'RED/blue'],
  [false, 'StringNotEqualsIgnoreCase', 'text', 'RED/blue'],
  [true, 'StringLike', 'text', 'R?d/*'],
  [false, 'StringLike', 'text', 'R?d'],
  [true, 'StringNotLike', 'text', 'B*'],
  [false, 'StringNotLike', 'text', '*'],
  [true, 'NumericEquals', 'number', '10.0'],
  [false, 'NumericNotEquals', 'number', '10'],
  [true, 'NumericLessThan', 'number', '11'],
  [false, 'NumericLessThan', 'number', '10'],
  [true, 'NumericLessThanEquals', 'number', '10'],
  [true, 'NumericGreaterThan', 'number', '9'],
  [false, 'NumericGreaterThan', 'number', '10'],
  [true, 'NumericGreaterThanEquals', 'number', '10'],
  [false, 'NumericLessThan', 'word', '11'],
  [undefined, 'NumericLessThan', 'number', 'eleven'],
  [true, 'DateGreaterThan', 'date', '2026-03-04T00:00:00Z'],
  [true, 'DateGreaterThan', 'date', '2026-03-04'],
  [false, 'DateLessThan', 'date', '2026-03-04T05:06:07Z'],
  [true, 'DateLessThanEquals', 'date', '2026-03-04T05:06:07Z'],
  [true, 'DateGreaterThanEquals', 'date', '2026-03-04T06:06:07+01:00'],
  [true, 'DateEquals', 'date', '1772600767'],
  [false, 'DateNotEquals', 'date', '2026-03-04T05:06:07Z'],
  [undefined, 'DateLessThan', 'date', 'tomorrow'],
  [true, 'Bool', 'yes', 'TRUE'],
  [false, 'Bool', 'yes', 'false'],
  [undefined, 'Bool', 'yes', 'yes'],
  [true, 'BinaryEquals', 'bytes', 'QmluYXJ5VmFsdWU='],
  [false, 'BinaryEquals', 'bytes', 'QmluYXJ5'],
  [true, 'IpAddress', 'ip', '10.0.0.0/8', '203.0.113.0/24'],
  [false, 'IpAddress', 'ip', '203.0.113.0/28'],
  [true, 'IpAddress', 'ip', '203.0.113.17'],
  [true, 'IpAddress', 'mapped', '203.0.113.0/24'],
  [true, 'IpAddress', 'ip6', '2001:DB8:1234::/48'],
  [false, 'IpAddress', 'ip6', '203.0.113.0/24'],
  [true, 'NotIpAddress', 'ip', '192.0.2.0/24'],
  [false, 'NotIpAddress', 'ip', '203.0.113.0/24'],
  [true, 'NotIpAddress', 'word', '203.0.113.0/24'],
  [undefined, 'NotIpAddress', 'ip', '203.0.113.0/99'],
  [true, 'ArnLike', 'arn', 'arn:aws:execute-api:*:123456789012:abc/*/GET/*'],
  [true, 'ArnEquals', 'arn', 'arn:aws:execute-api:eu-west-1:*:abc/prod/???/pets'],
  [false, 'ArnLike', 'arn', 'arn:aws:*:abc/prod/GET/pets'],
  [false, 'ArnNotEquals', 'arn', 'arn:aws:execute-api:eu-west-1:123456789012:abc/*'],
  [true, 'ArnNotLike', 'arn', 'arn:aws:execute-api:eu-west-1:123456789012:xyz/*'],
  [true, 'Null', 'absent', 'true'],
  [false, 'Null', 'text', 'true'],
  [true, 'Null', 'text', 'false'],
  [true, 'Null', 'empty', 'true'],
  [undefined, 'Null', 'text', 'perhaps'],
  [true, 'StringEqualsIfExists', 'absent', 'x'],
  [false, 'StringEqualsIfExists', 'text', 'x'],
  [true, 'NumericLessThanIfExists', 'absent', '1'],
  [true, 'ForAnyValue:StringEquals', 'tags', 'b', 'c'],
  [false, 'ForAnyValue:StringEquals', 'tags', 'c'],
  [false, 'ForAnyValue:StringEquals', 'absent', 'c'],
  [true, 'ForAnyValue:StringNotEquals', 'tags', 'a'],
  [false, 'ForAnyValue:StringNotEquals', 'tags', 'a', 'b'],
  [false, 'ForAnyValue:StringNotEquals', 'absent', 'a'],
  [true, 'ForAllValues:StringEquals', 'tags', 'a', 'b', 'c'],
  [false, 'ForAllValues:StringEquals', 'tags', 'a'],
  [true, 'ForAllValues:StringEquals', 'absent', 'a'],
  [true, 'ForAllValues:StringEquals', 'empty', 'a'],
  [true, 'ForAllValues:StringNotEquals', 'tags', 'c'],
  [false, 'ForAllValues:StringNotEquals', 'tags', 'a'],
  [true, 'ForAllValues:StringLikeIfExists', 'tags', '?'],
  [undefined, 'StringMatches', 'text', 'Red/Blue'],
  [undefined, 'ForSomeValues:StringEquals', 'text', 'Red/Blue'],
  [undefined, 'NullIfExists', 'text', 'false'],
  [undefined, 'constructor', 'text', 'x'],
];

test('[POL-07] every condition operator, with IfExists, ForAnyValue and ForAllValues', () => {
  for (const [expected, operator, key, ...wanted] of table) {
    assert.equal(check(operator, key, ...wanted), expected, `${operator} ${key} ${wanted.join(' | ')}`);
  }
});

test('variables stand for what the request says; literals and defaults are their own', () => {
  const holds = (wanted: string, actual: string, variables = true): boolean | undefined =>
    compileCondition('StringLike', 'key', [wanted], variables)(new Map([...context, ['key', actual]]));
  assert.equal(holds('home/${aws:username}/*', 'home/ann/x'), true);
  assert.equal(holds('home/${AWS:UserName}/*', 'home/bob/x'), false);
  assert.equal(holds('${star}', 'axxb'), false, 'a star that a variable brings is no wildcard');
  assert.equal(holds('${star}', 'a*b'), true);
  assert.equal(holds('a${*}b${?}${$}', 'a*b?$'), true);
  assert.equal(holds('a${*}b', 'axxb'), false);
  assert.equal(holds("${absent, 'nobody'}", 'nobody'), true);
  assert.equal(holds("${aws:username, 'nobody'}", 'ann'), true);
  assert.equal(holds('${absent}', ''), false);
  assert.equal(holds('${tags}', 'a'), false, 'a key of several values cannot stand within a text');
  assert.equal(holds('${aws:username}', '${aws:username}', false), true, 'documents of 2008 have no variables');
  assert.equal(holds('${unclosed', '${unclosed'), true);
});

test('that something differs from a variable without a value cannot be told', () => {
  assert.equal(check('StringNotEquals', 'text', '${absent}'), undefined);
  assert.equal(check('StringEquals', 'text', '${absent}'), false);
});

test('an IP range is compared bit by bit, and what is no range is none', () => {
  const inRange = (range: string, address: string) => compileIpRange(range)?.(address);
  assert.equal(inRange('10.0.0.128/25', '10.0.0.127'), false);
  assert.equal(inRange('10.0.0.128/25', '10.0.0.255'), true);
  assert.equal(inRange('0.0.0.0/0', '8.8.8.8'), true);
  assert.equal(inRange('0.0.0.0/0', '::1'), false);
  assert.equal(inRange('::/0', '8.8.8.8'), false);
  assert.equal(inRange('::1', '0:0:0:0:0:0:0:1'), true);
  for (const range of ['', '10.0.0/8', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', 'fe80::1%eth0', 'localhost']) {
    assert.equal(compileIpRange(range), undefined, range);
  }
  assert.equal(inRange('10.0.0.0/8', 'test-invoke-source-ip'), false);
});
