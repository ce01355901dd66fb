import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/rest-control.ts';
import type { PatchOperation } from '../../wire/generated/apigateway.ts';
import { applyPatch, booleanOf, integerOf, namesPath, numberOf, type PatchTable, withoutEntry } from './patch.ts';

type Seen = readonly string[];

/** A table whose changes note what they were given. */
const table: PatchTable<Seen> = {
  rows: [
    { path: '/name', replace: (seen, { value }) => [...seen, `name=${value}`] },
    { path: '/map/{key}', add: (seen, { names, value }) => [...seen, `${names[0]}=${value}`], remove: (seen) => seen },
    { path: '/{path+}/{verb}/end', replace: (seen, { names }) => [...seen, names.join(' ')] },
  ],
};

const apply = (...operations: PatchOperation[]) => applyPatch(table, [], operations);
const refused = (operation: PatchOperation, message: string) =>
  assertRefused((async () => apply(operation))(), 'BadRequestException', message);

test('no operations change nothing', () => {
  const target = ['a'];
  assert.equal(applyPatch(table, target, undefined), target);
  assert.equal(applyPatch(table, target, []), target);
});

test('[CP-16] operations apply in order', () => {
  const operations: PatchOperation[] = [
    { op: 'replace', path: '/name', value: 'a' },
    { op: 'replace', path: '/name', value: 'b' },
  ];
  assert.deepEqual(apply(...operations), ['name=a', 'name=b']);
});

test('[CP-14] an absent value is the empty text', () => {
  assert.deepEqual(apply({ op: 'replace', path: '/name' }), ['name=']);
});

test('[CP-15] a placeholder is handed on unescaped, a placeholder of many segments as it was sent', () => {
  assert.deepEqual(apply({ op: 'add', path: '/map/a~1b~0c', value: 'x' }), ['a/b~c=x']);
  assert.deepEqual(apply({ op: 'replace', path: '/~1pets~1{id}/GET/end' }), ['~1pets~1{id} GET']);
  assert.deepEqual(apply({ op: 'replace', path: '/pets/{id}/GET/end' }), ['pets/{id} GET']);
});

test('[CP-13] move and test are never accepted', async () => {
  for (const op of ['move', 'test'] as const) {
    await refused({ op, path: '/name' }, "Invalid patch operation specified. Must be 'add'|'remove'|'replace'");
  }
});

test('[CP-17] a wrong path is named, and the paths that the operation knows are listed', async () => {
  await refused(
    { op: 'replace', path: '/nope' },
    "Invalid patch path  '/nope' specified for op 'replace'. Must be one of: [/name, /{path+}/{verb}/end]",
  );
  await refused(
    { op: 'add', path: '/map' },
    "Invalid patch path  '/map' specified for op 'add'. Must be one of: [/map/{key}]",
  );
});

test('[CP-17] a wrong operation on a known path is told the right ones', async () => {
  await refused(
    { op: 'replace', path: '/map/a' },
    "Invalid patch path  '/map/a' specified for op 'replace'. Must be one of: [add, remove]",
  );
});

test('an operation that no path of the resource knows is told to choose another', async () => {
  await refused(
    { op: 'copy', path: '/name', from: '/map/a' },
    "Invalid patch path  '/name' specified for op 'copy'. Please choose supported operations",
  );
});

test('a path that is missing, empty or no pointer is refused', async () => {
  await refused({ op: 'replace' }, 'Invalid patch path null');
  for (const path of ['', 'name', '/', '//', '/map/', '//GET/end', '/a//end']) {
    assert.throws(() => apply({ op: 'replace', path }), { name: 'Problem' }, path);
  }
});

test('a table may word its refusals its own way', () => {
  const own: PatchTable<Seen> = { rows: [], refuse: namesPath };
  assert.throws(() => applyPatch(own, [], [{ op: 'add', path: '/x' }]), { message: 'Invalid patch path /x' });
});

test('any text but true is false', () => {
  assert.deepEqual(['true', 'TRUE', 'false', 'yes', '1', ''].map(booleanOf), [true, true, false, false, false, false]);
});

test('numbers are checked', () => {
  assert.equal(numberOf('rate', '10.5'), 10.5);
  assert.equal(integerOf('ttl', '0', 0, 3600), 0);
  for (const text of ['', ' ', 'x', 'Infinity', 'NaN', '1,5'])
    assert.throws(() => numberOf('rate', text), { message: `Invalid rate specified: ${text}` });
  for (const text of ['1.5', '-1', '3601'])
    assert.throws(() => integerOf('ttl', text, 0, 3600), /^Problem: Invalid ttl specified: .*0 to 3600$/);
});

test('the last entry taken out leaves no empty map', () => {
  const absent = () => new Error('absent');
  assert.deepEqual(withoutEntry({ a: 1, b: 2 }, 'a', absent), { b: 2 });
  assert.equal(withoutEntry({ a: 1 }, 'a', absent), undefined);
  assert.throws(() => withoutEntry({ a: 1 }, 'b', absent), { message: 'absent' });
  assert.throws(() => withoutEntry(undefined, 'b', absent), { message: 'absent' });
  for (const inherited of ['constructor', '__proto__']) {
    assert.throws(() => withoutEntry({ a: 1 }, inherited, absent), { message: 'absent' });
  }
});
