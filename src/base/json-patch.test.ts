import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { escapePointerSegment, pointerSegments, unescapePointerSegment } from './json-patch.ts';

test('[CP-15] ~1 is a slash and ~0 a tilde inside one path segment', () => {
  assert.equal(unescapePointerSegment('application~1json'), 'application/json');
  assert.equal(unescapePointerSegment('a~0b'), 'a~b');
  assert.equal(unescapePointerSegment('a~01b'), 'a~1b');
});

test('escaping a name and reading it back gives the name', () => {
  for (const name of ['image/png', '~', '~1', 'a/b~c', 'plain']) {
    assert.equal(unescapePointerSegment(escapePointerSegment(name)), name);
  }
});

test('a pointer without a leading slash is no pointer', () => {
  assert.deepEqual(pointerSegments('/requestTemplates/application~1json'), ['requestTemplates', 'application~1json']);
  assert.equal(pointerSegments('name'), undefined);
  assert.equal(pointerSegments(''), undefined);
});
