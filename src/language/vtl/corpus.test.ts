/** Every recorded output of Apache Velocity 1.7: test/corpora/vtl.json says how it came about. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CorpusContext, corpusVariables } from '../../../test/support/vtl-corpus.ts';
import { compileTemplate } from './template.ts';
import { TemplateError } from './template-error.ts';

interface CorpusCase {
  readonly id: string;
  readonly tpl: string;
  readonly ctx: string;
  readonly out?: string;
  readonly outNull?: string;
  readonly err?: string;
}

const corpus = JSON.parse(readFileSync(join(import.meta.dirname, '../../../test/corpora/vtl.json'), 'utf8')) as {
  contexts: Record<string, CorpusContext>;
  cases: CorpusCase[];
};

function outcome({ tpl, ctx }: CorpusCase, setNullAllowed: boolean): string | TemplateError {
  try {
    return compileTemplate(tpl, { setNullAllowed }).render(corpusVariables(corpus.contexts[ctx]!));
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

test('[MAP-07] [MAP-09] all recorded templates render as Apache Velocity 1.7 rendered them', () => {
  const differing: string[] = [];
  for (const one of corpus.cases) {
    const found = outcome(one, false);
    const agrees = one.err === undefined ? found === one.out : found instanceof TemplateError;
    if (!agrees)
      differing.push(
        `${one.id}: ${JSON.stringify(one.tpl)}\n  recorded ${one.err ?? JSON.stringify(one.out)}\n  rendered ${found}`,
      );
  }
  assert.equal(corpus.cases.length, 1028);
  assert.deepEqual(differing, []);
});

test('with setNullAllowed they render as Velocity did with directive.set.null.allowed', () => {
  const differing: string[] = [];
  for (const one of corpus.cases) {
    if (one.err !== undefined) continue;
    const found = outcome(one, true);
    if (found !== (one.outNull ?? one.out))
      differing.push(`${one.id}: ${JSON.stringify(one.tpl)} recorded ${JSON.stringify(one.outNull)} rendered ${found}`);
  }
  assert.deepEqual(differing, []);
});
