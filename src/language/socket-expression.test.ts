import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileSocketExpression } from './socket-expression.ts';

function evaluate(expression: string, body: unknown): string {
  const compiled = compileSocketExpression(expression);
  assert.ok(typeof compiled !== 'string', String(compiled));
  return compiled.evaluate(body);
}

const body = {
  action: 'join',
  requestParameters: { greeting: 'hello', list: [{ name: 'x' }, 7] },
  number: 1.5,
  nothing: null,
  yes: true,
  template: '${request.body.action}',
};

/** The guide's table of expressions, and what their neighbours mean. */
const cases: [string, string][] = [
  ['$request.body.action', 'join'],
  ['${request.body.action}', 'join'],
  ['${request.body.requestParameters.greeting}/${request.body.action}', 'hello/join'],
  ['${request.body.action}-${request.body.invalidPath}', 'join-'],
  ['$request.body.action/x', 'join/x'],
  ['action', 'action'],
  ['\\$default', '$default'],
  ['$default', '$default'],
  ['${request.body.requestParameters.list[0].name}', 'x'],
  ['$request.body.requestParameters.list[1]', '7'],
  ['$request.body.requestParameters', '{greeting=hello, list=[{name=x}, 7]}'],
  ['$request.body.number', '1.5'],
  ['$request.body.nothing', 'null'],
  ['$request.body.yes', 'true'],
  ['$request.body.template', '${request.body.action}'],
  ['$request.body.constructor', ''],
  ['$request.body.__proto__', ''],
  ['$request.body.action.length', ''],
];
for (const [expression, expected] of cases) {
  test(`[WS-09] ${expression} is ${JSON.stringify(expected)}`, () => {
    assert.equal(evaluate(expression, body), expected);
  });
}

test('[WS-09] bodies that are no objects have no members', () => {
  for (const each of ['text', 5, null, true, undefined, []]) assert.equal(evaluate('$request.body.action', each), '');
});

test('what is no variable is refused with the place', () => {
  for (const wrong of [
    '$request.header.x',
    '${context.connectionId}',
    '$',
    'a$b',
    '${request.body.}',
    '$request.body',
  ]) {
    assert.match(String(compileSocketExpression(wrong)), /is no variable/, wrong);
  }
});

test('text alone is a constant', () => {
  const compiled = compileSocketExpression('\\$default');
  assert.ok(typeof compiled !== 'string');
  assert.equal(compiled.constant, '$default');
});
