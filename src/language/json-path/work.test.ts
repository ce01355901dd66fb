import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileJsonPath } from './json-path.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { TooMuchWorkError } from './work.ts';

const read = (path: string, body: string): unknown => compileJsonPath(path).read(parseJsonSmart(body));

test('a scan in a scan, and lists held against lists, end when they ask for too much', () => {
  const many = Array.from({ length: 5_000 }, (_, i) => i).join(',');
  assert.throws(() => read('$..*..*..*', '['.repeat(300) + ']'.repeat(300)), TooMuchWorkError);
  assert.throws(() => read('$[?(@.a subsetof @.b)]', `[{"a":[${many}],"b":[${many}]}]`), TooMuchWorkError);
  assert.throws(() => read('$[?(@.x in $[0].b)]', `[{"b":[${many}]}${',{"x":-1}'.repeat(5_000)}]`), TooMuchWorkError);
  assert.deepEqual(read('$[?(@.a == @.b)].c', `[{"a":[${many}],"b":[${many}],"c":1}]`), [1]);
});

test('a text of a million digits is no number', () => {
  const startedMs = performance.now();
  assert.deepEqual(read('$[?(@.a == @.b)]', `[{"a":1,"b":"${'9'.repeat(1_000_000)}"}]`), []);
  assert.ok(performance.now() - startedMs < 1_000);
});
