import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { childPath, isGreedy, isPathPart, isVariable } from './path-parts.ts';

test('[V1-09] a path part is literal text or one whole variable', () => {
  for (const part of ['pets', 'a.b_c-d:e,f~g$h', '{id}', '{proxy+}']) assert.ok(isPathPart(part), part);
  for (const part of ['', 'a{b}', '{}', '{+}', '{a}{b}', '{a', 'a}', 'a/b', 'a b', '{a+}x', 'a%20b', 'a+']) {
    assert.equal(isPathPart(part), false, part);
  }
});

test('a variable is told from a literal, a greedy one from both', () => {
  assert.deepEqual(['a', '{a}', '{a+}'].map(isVariable), [false, true, true]);
  assert.deepEqual(['a', '{a}', '{a+}'].map(isGreedy), [false, false, true]);
});

test('the root adds no second slash to the path of its children', () => {
  assert.equal(childPath('/', 'pets'), '/pets');
  assert.equal(childPath('/pets', '{id}'), '/pets/{id}');
});
