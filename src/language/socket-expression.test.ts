import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileAnswerExpression, compileSocketExpression } from './socket-expression.ts';

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

test('[WS-15] what chooses a template for an answer reads the answer and the message', () => {
  const facts = {
    request: { body: { kind: 'short' } },
    integration: {
      response: {
        statuscode: '201',
        header: { 'x-kind': 'b' },
        multivalueheader: { 'x-kind': ['a', 'b'] },
        body: { type: 'pet', header: { Name: 'n' }, list: [{ id: 1 }] },
      },
    },
  };
  for (const [expression, expected] of [
    ['${integration.response.statuscode}', '201'],
    ['$integration.response.body.type', 'pet'],
    ['${integration.response.body.list[0].id}', '1'],
    ['${integration.response.body.header.Name}', 'n'],
    ['${integration.response.header.X-Kind}', 'b'],
    ['${integration.response.multivalueheader.x-kind}', '[a, b]'],
    ['${request.body.kind}-${integration.response.statuscode}', 'short-201'],
    ['${integration.response.body.absent}', ''],
    ['\\$default', '$default'],
    ['$default', '$default'],
    ['pets', 'pets'],
  ] as const) {
    const compiled = compileAnswerExpression(expression);
    assert.ok(typeof compiled !== 'string', String(compiled));
    assert.equal(compiled.evaluate(facts), expected, expression);
  }
  for (const wrong of ['$integration.response', '${integration.response.status}', '$context.routeKey']) {
    assert.match(String(compileAnswerExpression(wrong)), /is no variable of an answer/);
  }
});
