import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileJsonPath } from './json-path.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { JsonPathError } from './path-syntax.ts';
import { javaText } from './print-json-smart.ts';

interface Outcome {
  readonly definite?: boolean;
  readonly text?: string;
  readonly nothing?: true;
  readonly invalid?: true;
}

interface Case extends Outcome {
  readonly doc: string;
  readonly path: string;
  /** What the current Jayway finds, where that is not what 2.0.0 found. */
  readonly later?: Outcome;
}

const file = join(import.meta.dirname, '../../../test/corpora/jsonpath.json');
const corpus: { documents: Record<string, string>; cases: Case[] } = JSON.parse(readFileSync(file, 'utf8'));

/** Paths that worked once and are refused by the current Jayway still work here. */
const asBefore = ['$.store.book[(@.length-1)].title', ' $.a'];

/** Java prints the Set that keys() gives unlike a list, `[a, b]`; here it is a list. */
const asList = '$.keys()';

function outcome({ doc, path }: Case): Outcome {
  try {
    const compiled = compileJsonPath(path);
    const found = compiled.read(parseJsonSmart(corpus.documents[doc]!));
    const definite = compiled.isDefinite;
    return found === undefined ? { nothing: true, definite } : { text: javaText(found), definite };
  } catch (error) {
    assert.ok(error instanceof JsonPathError);
    return { invalid: true };
  }
}

test(`every path of the corpus finds what Jayway finds (${corpus.cases.length} cases)`, () => {
  for (const each of corpus.cases) {
    const expected = each.later === undefined || asBefore.includes(each.path) ? each : each.later;
    const found = outcome(each);
    assert.equal(found.invalid, expected.invalid, each.path);
    assert.equal(found.nothing, expected.nothing, each.path);
    const text = each.path === asList ? found.text?.replace(/","/g, ', ').replace(/"/g, '') : found.text;
    assert.equal(text, expected.text, each.path);
    if (expected.definite !== undefined) assert.equal(found.definite, expected.definite, each.path);
  }
});
