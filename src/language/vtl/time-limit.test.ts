import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileTemplate } from './template.ts';
import { TemplateError } from './template-error.ts';

test('a loop that works on a text of a megabyte a thousand times is ended by the clock', () => {
  const template = compileTemplate('#foreach($i in [1..1000])#set($x = $s.replace("a", "bb"))#end');
  const startedMs = performance.now();
  assert.throws(() => template.render({ s: 'aB'.repeat(500_000) }), TemplateError);
  assert.ok(performance.now() - startedMs < 5_000);
});
