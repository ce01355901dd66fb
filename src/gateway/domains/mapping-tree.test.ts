import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileBasePaths } from './mapping-tree.ts';

/** API and length of the key, by path. */
const compileMappings = (keys: Readonly<Record<string, string>>) =>
  compileBasePaths(
    Object.entries(keys).map(([key, apiId]) => [key, { key, apiId, restAt: key === '' ? 0 : key.length + 1 }] as const),
  );

const ofGuide = compileMappings({
  '': '1',
  'orders/v1/items': '2',
  'orders/v2/items': '3',
  'orders/v2/items/categories': '4',
});

for (const [path, api, rest] of [
  ['/orders/v1/items', '2', ''],
  ['/orders/v2/items', '3', ''],
  ['/orders/v1/items/123', '2', '/123'],
  ['/orders/v2/items/categories/5', '4', '/5'],
  ['/customers', '1', '/customers'],
  // Whole segments, letter by letter, nothing decoded and nothing resolved.
  ['/orders/v2/itemsX', '1', '/orders/v2/itemsX'],
  ['/orders/v2/items/', '3', '/'],
  ['/orders/v2/items//5', '3', '//5'],
  ['/orders/v2', '1', '/orders/v2'],
  ['/Orders/v1/items', '1', '/Orders/v1/items'],
  ['/orders%2fv1/items', '1', '/orders%2fv1/items'],
  ['/%6frders/v1/items', '1', '/%6frders/v1/items'],
  ['//orders/v1/items', '1', '//orders/v1/items'],
  ['/x/../orders/v1/items', '1', '/x/../orders/v1/items'],
  ['/orders/v2/items/../../v1/items', '3', '/../../v1/items'],
  ['/', '1', '/'],
] as const) {
  test(`[DOM-07] ${path} goes to API ${api} with ${rest === '' ? 'nothing' : rest} left of it`, () => {
    const found = ofGuide(path)!;
    assert.deepEqual([found.apiId, path.slice(found.restAt)], [api, rest]);
  });
}

test('[DOM-07] without an empty key what no key names is nobody’s', () => {
  const mappingOf = compileMappings({ orders: '1', 'a/b': '2' });
  for (const path of ['/', '/customers', '/a', '/a/c', '/ordersX', '//orders', '/orders%2Fx']) {
    assert.equal(mappingOf(path), undefined, path);
  }
  assert.equal(mappingOf('/a/b/c')?.apiId, '2');
});

test('a segment called like what every object has is a segment like others', () => {
  const mappingOf = compileMappings({ constructor: '1' });
  assert.equal(mappingOf('/constructor/x')?.apiId, '1');
  assert.equal(mappingOf('/__proto__'), undefined);
});

test('the tree finds what a look at every key finds', () => {
  const words = ['a', 'b', 'a/b', 'a/b/c', 'b/a', 'c'];
  const segments = ['a', 'b', 'c', '', 'ab'];
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  for (let round = 0; round < 300; round++) {
    const keys = words.filter(() => random(2) === 0);
    const find = compileMappings(Object.fromEntries(keys.map((key) => [key, key])));
    const path = `/${Array.from({ length: random(5) }, () => segments[random(5)]).join('/')}`;
    const obvious = keys.filter((key) => `${path}/`.startsWith(`/${key}/`)).sort((a, b) => b.length - a.length)[0];
    assert.equal(find(path)?.key, obvious, `${path} among ${keys.join(' ')}`);
  }
});
