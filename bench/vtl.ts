/**
 * `node bench/vtl.ts`: microseconds per rendering of mapping templates, compiled before and compiled anew. Run by hand before and after a change to
 * language/vtl; the passthrough template should take at most 12 µs to render and 50 µs to compile and render.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileTemplate } from '../src/language/vtl/template.ts';
import { type CorpusContext, corpusVariables } from '../test/support/vtl-corpus.ts';

const corpus = JSON.parse(readFileSync(join(import.meta.dirname, '../test/corpora/vtl.json'), 'utf8')) as {
  contexts: Record<string, CorpusContext>;
  cases: { id: string; tpl: string; ctx: string }[];
};

/** The best of twelve rounds, in microseconds per call. */
function microsecondsPer(calls: number, call: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < 12; round++) {
    const startedMs = performance.now();
    for (let i = 0; i < calls; i++) call();
    times.push(((performance.now() - startedMs) * 1e3) / calls);
  }
  return Math.min(...times);
}

for (const id of ['aws/passthrough', 'aws/set-root', 'aws/mock', 'aws/sfn', 'aws/json-body']) {
  const { tpl, ctx } = corpus.cases.find((one) => one.id === id)!;
  const context = corpusVariables(corpus.contexts[ctx]!);
  const template = compileTemplate(tpl);
  const rendered = microsecondsPer(2000, () => template.render(context));
  const compiled = microsecondsPer(2000, () => compileTemplate(tpl).render(context));
  const size = `${Buffer.byteLength(tpl)} bytes`;
  console.log(
    `${id.padEnd(18)} ${size.padStart(10)}   render ${rendered.toFixed(1).padStart(6)} µs   compile and render ${compiled.toFixed(1).padStart(6)} µs`,
  );
}
