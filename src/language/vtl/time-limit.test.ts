/** The one limit that goes by the clock. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileTemplate } from './template.ts';

test('a loop that works on a text of a megabyte a thousand times is ended by the clock', () => {
  const source = '#foreach($i in [1..1000])#set($x = $s.replace("a", "bb"))#end';
  const template = compileTemplate(source, { limits: { timeMs: 50 } });
  assert.throws(
    () => template.render({ s: 'aB'.repeat(500_000) }),
    /The template takes too long at \[line 1, column \d+\]/,
  );
});
