/** Templates nobody would write; scripts/vtl-differential.ts compares such with the real Velocity. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { randomTemplate } from '../../../scripts/vtl-generator.ts';
import { corpusVariables } from '../../../test/support/vtl-corpus.ts';
import { compileTemplate } from './template.ts';
import { TemplateError } from './template-error.ts';

test('made-up templates render, twice alike, or fail with a TemplateError that names a place in them', () => {
  const context = {
    s: 'Hello World',
    n: 5,
    t: true,
    no: false,
    list: ['a', 'b'],
    map: { a: 1, b: 'two' },
    csv: 'a,b,,',
  };
  let rendered = 0;
  for (let seed = 0; seed < 1_000; seed++) {
    const source = randomTemplate(seed);
    try {
      const template = compileTemplate(source);
      const first = template.render(corpusVariables(context));
      assert.equal(template.render(corpusVariables(context)), first, source);
      rendered++;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const lines = source.split(/\r\n|\r|\n/);
      assert.ok(error.line >= 1 && error.line <= lines.length + 1 && error.column >= 1, `${error.message}: ${source}`);
    }
  }
  assert.ok(rendered > 500 && rendered < 900, `${rendered} rendered`);
});
