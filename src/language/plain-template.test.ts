import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parsePlainTemplate } from './plain-template.ts';

test('[GWR-06] context, stage variables and request parameters are variables, the rest is text', () => {
  assert.deepEqual(parsePlainTemplate('{"a":$context.error.messageString,"b":"$stageVariables.b"}'), [
    '{"a":',
    { kind: 'context', name: 'error.messageString' },
    ',"b":"',
    { kind: 'stage-variable', name: 'b' },
    '"}',
  ]);
  assert.deepEqual(
    parsePlainTemplate(
      '$method.request.path.id$method.request.querystring.page.size $method.request.header.X-Request-Id-',
    ),
    [
      { kind: 'request', location: 'path', name: 'id' },
      { kind: 'request', location: 'querystring', name: 'page.size' },
      ' ',
      { kind: 'request', location: 'header', name: 'X-Request-Id' },
      '-',
    ],
  );
});

test('[GWR-06] what VTL would make of a text happens to none of it', () => {
  for (const text of [
    '#if(true)yes#end',
    '#set($x = 1)$x',
    "$input.path('$.a')",
    '$util.escapeJavaScript("x")',
    '${context.stage}',
    '$!context.stage',
    '$context',
    '$context.',
    '$stageVariables',
    '$method.request.body',
    '\\$5 and $$',
    'context.stage method.request.header.X',
  ]) {
    assert.deepEqual(parsePlainTemplate(text), [text]);
  }
  assert.deepEqual(parsePlainTemplate(''), []);
});

test('a name takes no dot, hyphen or colon that ends it', () => {
  assert.deepEqual(parsePlainTemplate('$context.stage. $context.stage: $stageVariables.a-b'), [
    { kind: 'context', name: 'stage' },
    '. ',
    { kind: 'context', name: 'stage' },
    ': ',
    { kind: 'stage-variable', name: 'a' },
    '-b',
  ]);
});
