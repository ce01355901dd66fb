import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Problem } from '../../base/problem.ts';
import { compileFilterPattern } from './filter-pattern.ts';

const taken = (pattern: string, ...messages: string[]): string[] => messages.filter(compileFilterPattern(pattern));

test('plain terms are all there, excluded ones are not, of optional ones one is enough', () => {
  const lines = ['[ERROR 400] BAD REQUEST', '[ERROR 401] UNAUTHORIZED REQUEST', '[WARN 1] slow', 'fine'];
  assert.deepEqual(taken('', ...lines), lines);
  assert.deepEqual(taken('ERROR', ...lines), lines.slice(0, 2));
  assert.deepEqual(taken('ERROR REQUEST', ...lines), lines.slice(0, 2));
  assert.deepEqual(taken('ERROR -400', ...lines), [lines[1]]);
  assert.deepEqual(taken('ERROR -"BAD REQUEST"', ...lines), [lines[1]]);
  assert.deepEqual(taken('"ERROR 401"', ...lines), [lines[1]]);
  assert.deepEqual(taken('?WARN ?fine', ...lines), lines.slice(2));
  // Beside a plain term optional ones mean nothing.
  assert.deepEqual(taken('ERROR ?WARN', ...lines), lines.slice(0, 2));
  assert.deepEqual(taken('-ERROR', ...lines), lines.slice(2));
  assert.deepEqual(taken('error', ...lines), []);
  assert.deepEqual(taken('%4\\d\\d\\] [A-Z]AD%', ...lines), [lines[0]]);
  assert.deepEqual(taken('"say \\"hi\\""', 'say "hi"', 'say hi'), ['say "hi"']);
});

test('a JSON selector reads members, lists, numbers, wildcards and words', () => {
  const one = JSON.stringify({
    status: 502,
    path: '/pets/1',
    user: null,
    ok: false,
    list: [{ a: 1 }, { a: 2 }],
    'x y': 3,
  });
  const two = JSON.stringify({ status: '200', path: '/', ok: true, ip: '10.0.0.1' });
  const lines = [one, two, 'no { json', '"text"'];
  const first = (pattern: string) => assert.deepEqual(taken(pattern, ...lines), [one], pattern);
  const second = (pattern: string) => assert.deepEqual(taken(pattern, ...lines), [two], pattern);
  const none = (pattern: string) => assert.deepEqual(taken(pattern, ...lines), [], pattern);
  first('{ $.status = 502 }');
  first('{$.status>=500}');
  first('{ $.status > 2e2 }');
  second('{ $.status = "200" }');
  second('{ $.status = 200 }');
  first('{ $.path = "/pets*" }');
  second('{ $.ip = 10.0.* }');
  second('{ $.ip = %^10\\.0% }');
  first('{ $.user IS NULL }');
  first('{ $.user EXISTS }');
  second('{ $.user NOT EXISTS }');
  second('{ $.ok IS TRUE }');
  first('{ $.ok is false }');
  first('{ $.list[1].a = 2 }');
  first('{ $.list[*].a = 2 }');
  first('{ $.["x y"] = 3 }');
  none('{ $.list[7].a = 2 }');
  none('{ $.constructor EXISTS }');
  second('{ $.path != "/pets*" && $.status = 200 }');
  first('{ ($.status = 502 || $.status = 503) && $.path = "*1" }');
  assert.deepEqual(taken('{ $.status = 502 || $.status = 200 }', ...lines), [one, two]);
});

test('fields of a line are told apart by spaces, brackets and quotes hold together', () => {
  const ok = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 200 1534';
  const bad = '127.0.0.1 Prod frank [10/Oct/2000:13:35:22 -0700] "GET /missing HTTP/1.0" 404 5';
  const short = '127.0.0.1 404';
  const lines = [ok, bad, short];
  assert.deepEqual(taken('[ip, user, name, time, request, status, bytes]', ...lines), [ok, bad]);
  assert.deepEqual(taken('[ip, user, name, time, request, status = 404, bytes]', ...lines), [bad]);
  assert.deepEqual(taken('[ip, user, name, time, request, status = 4*, bytes > 1]', ...lines), [bad]);
  assert.deepEqual(taken('[..., status = 404, bytes]', ...lines), [bad]);
  assert.deepEqual(taken('[ip, ...]', ...lines), lines);
  assert.deepEqual(taken('[ip = 127.*, ..., request = "*index*", status, bytes >= 1000]', ...lines), [ok]);
  assert.deepEqual(taken('[ip, status = 404 || status = 410]', ...lines), [short]);
  assert.deepEqual(taken('[ip, status != 404]', ...lines), []);
});

test('what cannot be read is refused', () => {
  for (const pattern of [
    '{ $.a = }',
    '{ $.a }',
    '{ a = 1 }',
    '{ $.a = 1',
    '{ $.a > "text" }',
    '{ $.a = 1 } x',
    '"open',
    '[a, b',
    '[..., a, ...]',
    '%(%',
    `{ ${'('.repeat(500)} }`,
  ]) {
    assert.throws(
      () => compileFilterPattern(pattern),
      (error) =>
        error instanceof Problem &&
        error.kind === 'InvalidParameterException' &&
        error.message === 'Invalid filter pattern',
      pattern,
    );
  }
});

test('a pattern that makes other expressions backtrack is matched in time', () => {
  const holds = compileFilterPattern('%(a+)+$%');
  assert.equal(holds(`${'a'.repeat(50_000)}!`), false);
});
