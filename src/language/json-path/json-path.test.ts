import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileJsonPath } from './json-path.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { JsonPathError } from './path-syntax.ts';
import { printJsonSmart } from './print-json-smart.ts';

const document = parseJsonSmart(`{
  "a": {"b": {"c": 1}, "list": [1, 2, 3, 4, 5]},
  "pets": [{"name": "cat", "price": 5, "tags": ["x"]}, {"name": "dog", "tags": []}, {"name": null}],
  "x-y": 1, "a b": 2, "it's": 3, "0": "zero", "$ref": "r", "@id": "i", "length": "L", "null": null
}`);

/** JSON of what a path finds; undefined when nothing is there. */
function find(path: string): string | undefined {
  const found = compileJsonPath(path).read(document);
  return found === undefined ? undefined : printJsonSmart(found, 'plain');
}

function assertFinds(finds: Readonly<Record<string, string | undefined>>): void {
  for (const [path, expected] of Object.entries(finds)) assert.equal(find(path), expected, path);
}

test('a definite path finds the value itself, null too, or nothing', () => {
  assertFinds({
    '$.a.b.c': '1',
    '$[\'a\']["b"].c': '1',
    '$.null': 'null',
    '$.nope': undefined,
    '$.nope.x': undefined,
    '$.a.b.c.d': undefined,
    '$.a.list.b': undefined,
    '$.null.x': undefined,
    '$.pets[0].name': '"cat"',
    '$.pets[7]': undefined,
    '$.a[0]': undefined,
  });
  assert.equal(compileJsonPath('$.a.b').isDefinite, true);
  assert.equal(printJsonSmart(compileJsonPath('$').read(document)!), printJsonSmart(document));
});

test('a path may go without $, and without a point before its first bracket', () => {
  assertFinds({ 'a.b.c': '1', "['a'].b.c": '1', '@.a.b.c': '1', '$.[0]': undefined, 'pets[0].name': '"cat"' });
  // What begins with a point is a search: `$.` is put before it.
  assertFinds({ '.c': '[1]' });
});

test('names take anything but points, brackets and spaces; in quotes anything', () => {
  assertFinds({
    '$.x-y': '1',
    '$.0': '"zero"',
    "$['0']": '"zero"',
    '$.$ref': '"r"',
    '$.@id': '"i"',
    '$.length': '"L"',
    "$['a b']": '2',
    "$['it\\'s']": '3',
    '$["it\'s"]': '3',
    "$['\\u0061'].b.c": '1',
  });
});

test('positions count from either end', () => {
  assertFinds({
    '$.a.list[0]': '1',
    '$.a.list[-1]': '5',
    '$.a.list[-5]': '1',
    '$.a.list[-6]': undefined,
    '$.a.list[0,2]': '[1,3]',
    '$.a.list[ 0 , -1 , 9 ]': '[1,5]',
    '$.a.list[(@.length-2)]': '4',
  });
});

test('slices', () => {
  assertFinds({
    '$.a.list[1:3]': '[2,3]',
    '$.a.list[3:]': '[4,5]',
    '$.a.list[-2:]': '[4,5]',
    '$.a.list[:2]': '[1,2]',
    '$.a.list[:-3]': '[1,2]',
    '$.a.list[-3:-1]': '[3,4]',
    '$.a.list[4:99]': '[5]',
    '$.a.list[9:]': '[]',
    '$.a.list[3:1]': '[]',
    '$.a.list[0:4:2]': '[1,2,3,4]',
  });
  assert.equal(find('$.a.list[-1:2]'), '[5,1,2]', 'Jayway counts up from the first bound');
  assert.equal(find('$.a.list[-2000000000:2]'), '[1,2,3,4,5,1,2]', 'and where it counts in vain is passed over');
});

test('wildcards take members and elements in order; of anything else nothing', () => {
  assertFinds({
    '$.a.b.*': '[1]',
    '$.a.list[*]': '[1,2,3,4,5]',
    '$.pets[*].name': '["cat","dog",null]',
    '$.pets[*].price': '[5]',
    '$.pets[*].nope.x': '[]',
    '$.x-y.*': '[]',
    '$.nope.*': undefined,
  });
});

test('several names: one object at the end of a path, several values before it', () => {
  assertFinds({
    "$.pets[0]['name','nope','price']": '{"name":"cat","price":5}',
    "$.pets[*]['price','tags']": '[{"price":5,"tags":["x"]},{"tags":[]},{}]',
    "$['a','nope','pets'].b": '[{"c":1}]',
  });
  assert.equal(compileJsonPath("$['a','b']").isDefinite, true);
  assert.equal(compileJsonPath("$['a','b'].c").isDefinite, false);
});

test('a scan looks at every level, from the outside in', () => {
  assertFinds({
    '$..name': '["cat","dog",null]',
    '$..c': '[1]',
    '$.a..*': '[{"c":1},[1,2,3,4,5],1,1,2,3,4,5]',
    '$.pets..[0]': '[{"name":"cat","price":5,"tags":["x"]},"x"]',
    '$.pets..[0].name': '["cat"]',
    "$..['name','price']": '[{"name":"cat","price":5}]',
    '$..nope': '[]',
  });
});

test('what no path is says where', () => {
  const positions: Record<string, number> = {
    '': 0,
    '   ': 0,
    '$.': 1,
    '$.a.': 3,
    '$..': 2,
    $a: 1,
    '$.a b': 3,
    'a b': 1,
    '$.a[b]': 3,
    '$.a[0': 3,
    "$.a['b": 3,
    "$.a['b' 'c']": 3,
    "$.a['b',]": 3,
    '$.a[1,]': 3,
    '$.a[:]': 3,
    '$.a[99999999999]': 3,
    '$.a[*': 3,
    '$.a[?]': 3,
    '$...a': 3,
    '$.nope()': 2,
    '$.sum(1': 5,
    '$..length()': 3,
  };
  for (const [path, position] of Object.entries(positions)) {
    assert.throws(
      () => compileJsonPath(path),
      (error) => error instanceof JsonPathError && error.position === position,
      path,
    );
  }
});

test('Jayway passes over one character at the end', () => {
  assertFinds({ '$.a.list[0]x': '1', '$.a.list[0]xy': undefined, '$.a.b[': '{"c":1}' });
});

test('only what the document has is found: no prototype, no property of lists and texts', () => {
  for (const path of [
    '$.__proto__',
    '$.constructor',
    '$.pets.length',
    '$.pets.constructor',
    '$.x-y.toFixed',
    '$.a.size',
  ]) {
    assert.equal(find(path), undefined, path);
  }
  const own = parseJsonSmart('{"__proto__": {"x": 1}, "constructor": 2}');
  assert.equal(compileJsonPath('$.__proto__.x').read(own), 1);
  assert.equal(compileJsonPath('$.constructor').read(own), 2);
});

test('when told so, names and positions go on into JSON within a text', () => {
  const nested = parseJsonSmart(
    `{"message": "{\\"code\\": 7, \\"list\\": \\"[1,2]\\"}", "text": "plain", "open": "{"}`,
  );
  const read = (path: string) => compileJsonPath(path, { readsJsonInText: true }).read(nested);
  assert.equal(read('message.code'), 7);
  assert.equal(read('message.list[1]'), 2);
  assert.equal(read('text.code'), undefined);
  assert.equal(read('open.code'), undefined);
  assert.equal(read('text'), 'plain');
  assert.equal(compileJsonPath('message.code').read(nested), undefined);
});
