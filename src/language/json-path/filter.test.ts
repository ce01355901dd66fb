import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileJsonPath } from './json-path.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { JsonPathError } from './path-syntax.ts';
import { printJsonSmart } from './print-json-smart.ts';

const document = parseJsonSmart(`{
  "limit": 10,
  "pets": [
    {"id": 1, "name": "Cat", "price": 5.50, "tags": ["soft", "small"], "owner": {"name": "Ann"}},
    {"id": 2, "name": "dog", "price": 20, "tags": [], "old": true},
    {"id": 3, "name": null, "price": "5.5", "tags": ["loud"]},
    {"id": 4, "name": "", "big": 9007199254740993}
  ],
  "mixed": [1, "1", 1.0, true, null, "true", [1], {"a": 1}]
}`);

/** Ids of the pets a condition holds for, e.g. `1,3`. */
function ids(condition: string): string {
  return printJsonSmart(compileJsonPath(`$.pets[?(${condition})].id`).read(document)!).slice(1, -1);
}

function assertHolds(expected: Readonly<Record<string, string>>): void {
  for (const [condition, found] of Object.entries(expected)) assert.equal(ids(condition), found, condition);
}

test('a path alone asks whether something is there, null too', () => {
  assertHolds({
    '@.name': '1,2,3,4',
    '@.old': '2',
    '!@.old': '1,3,4',
    '@.owner.name': '1',
    '@.tags[0]': '1,3',
    '@': '1,2,3,4',
    '@.tags[*]': '1,2,3',
  });
});

test('numbers are compared by value, texts by letters, others not at all', () => {
  assertHolds({
    '@.price < 10': '1',
    '@.price <= 5.5': '1',
    '@.price > 5.49': '1,2',
    '@.price >= 20.000': '2',
    '@.price<$.limit': '1',
    '10 > @.price': '1',
    "@.name < 'a'": '1,4',
    "@.name > 'A'": '1,2',
    '@.name < 5': '',
    '@.old > false': '',
    '@.big == 9007199254740993': '4',
    '@.big > 9007199254740992': '4',
    '@.nope < 1': '',
  });
});

test('text and number may be equal: the left one says how', () => {
  assertHolds({
    '@.price == 5.5': '1,3',
    "@.price == '5.5'": '1,3',
    "@.price == '5.50'": '1',
    "@.id == '2'": '2',
    '@.id == "2"': '2',
    '@.id == 2.0': '2',
    '@.price === 5.5': '1',
    '@.price !== 5.5': '2,3,4',
    '@.id != 2': '1,3,4',
    "@.name == 'x' || @.name != 'x'": '1,2,3,4',
  });
});

test('null is not nothing, and nothing equals nothing', () => {
  assertHolds({ '@.name == null': '3', '@.nope == null': '', '@.nope != null': '1,2,3,4', '@.nope == @.nada': '' });
});

test('lists and objects are equal member by member', () => {
  assertHolds({
    '@.tags == ["loud"]': '3',
    "@.tags == ['soft','small']": '1',
    '@.tags != []': '1,3,4',
    '@.owner == {"name": "Ann"}': '1',
    '@.owner == {"name": "Bob"}': '',
  });
});

test('in, nin, subsetof, anyof, noneof, contains', () => {
  assertHolds({
    '@.id in [1, 3]': '1,3',
    "@.id IN ['2']": '2',
    '@.id nin [1, 3]': '2,4',
    '@.id in $.mixed': '1',
    '@.id in 5': '',
    "@.name in ['@.name', '[1]', 'dog']": '2',
    '@.id nin 5': '',
    "@.tags subsetof ['soft','small','loud']": '1,2,3',
    "@.tags anyof ['soft','loud']": '1,3',
    "@.tags noneof ['soft','loud']": '2',
    "@.tags contains 'loud'": '3',
    "@.name contains 'o'": '2',
    "'soft' in @.tags": '1',
  });
});

test('size and empty', () => {
  assertHolds({
    '@.tags size 2': '1',
    '@.tags size 0': '2',
    '@.name size 3': '1,2',
    '@.tags empty true': '2',
    '@.tags empty false': '1,3',
    '@.name empty true': '4',
    '@.owner empty false': '1',
    '@.price empty false': '3',
  });
});

test('patterns match whole texts', () => {
  assertHolds({
    '@.name =~ /[A-Z].*/': '1',
    '@.name =~ /cat/i': '1',
    '@.name =~ /a/': '',
    '@.name =~ /.*o.*/': '2',
    '@.id =~ /[12]/': '1,2',
    '@.old =~ /true/': '2',
    '@.tags =~ /s.*/': '1',
    '@.name =~ //': '3,4',
    '/dog/ =~ @.name': '2',
  });
});

test('and binds closer than or; parentheses and not', () => {
  assertHolds({
    '@.id == 1 || @.id == 2 && @.id == 3': '1',
    '(@.id == 1 || @.id == 2) && @.id != 1': '2',
    '!(@.id == 1)': '2,3,4',
    '!(@.id == 1 || @.old)': '3,4',
    '@.id > 1 && @.id < 4 && @.tags': '2,3',
  });
});

test('a wrong operand fails the whole filter, also under not', () => {
  assertHolds({ '!(@.id in 5)': '', '@.tags empty 1 || @.id < 9': '4', '@.tags all ["soft"]': '' });
});

test('paths within filters may scan, slice, filter and call functions', () => {
  assertHolds({
    '@..name == ["Cat","Ann"]': '1',
    '@.tags.length() > 0': '1,3',
    "@.tags[?(@ == 'loud')] size 1": '3',
    '@.price < $.pets[1].price': '1',
    "@['owner']['first name'] || @['owner']['name']": '1',
    '@.id == $.pets.length()': '4',
  });
});

test('of an object the filter asks the object itself; of what is in a scan every object', () => {
  const find = (path: string) => printJsonSmart(compileJsonPath(path).read(document)!);
  assert.equal(find("$.pets[0].owner[?(@.name == 'Ann')].name"), '["Ann"]');
  assert.equal(find("$..[?(@.name == 'Ann')]"), '[{"name":"Ann"}]');
  assert.equal(find('$.mixed[?(@ == 1)]'), '[1,"1",1.0]');
  assert.equal(find('$.mixed[?(@ == true)]'), '[true]');
  assert.equal(find('$.mixed[?(@.a)]'), '[{"a":1}]');
  assert.equal(compileJsonPath('$.limit[?(@ > 1)]').read(document), undefined, 'a number is neither list nor object');
});

test('what no filter is says so', () => {
  for (const condition of [
    '',
    '@.a ==',
    '@.a = 1',
    '@.a foo 1',
    '== 1',
    '1',
    "'a'",
    '@.a == 1 &&',
    '@.a == x',
    "@.a == 'open",
    '@.a == [1',
    '@.a =~ /open',
    '@.a =~ /(/',
    '@.a =~ /(?=a)/',
    '(@.a',
    '@.a)',
    '@.a == 1 2',
    '@.a b',
    '@.a[',
  ]) {
    assert.throws(() => compileJsonPath(`$.x[?(${condition})]`), JsonPathError, condition);
  }
});
