import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { httpRouteKeyFault, parseHttpRouteKey, webSocketRouteKeyFault } from './route-keys.ts';

test('a route key is a verb and a path', () => {
  assert.deepEqual(parseHttpRouteKey('GET /pets/{id}'), { method: 'GET', path: '/pets/{id}' });
  assert.deepEqual(parseHttpRouteKey('ANY /'), { method: 'ANY', path: '/' });
  for (const none of ['$default', 'get /pets', 'GET', 'GET pets', '']) assert.equal(parseHttpRouteKey(none), undefined);
});

/** The obvious way, part by part and letter by letter. */
function isObviouslyRight(key: string): boolean {
  if (key === '$default') return true;
  const [method, ...rest] = key.split(' ');
  const path = rest.join(' ');
  if (!['ANY', 'GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'].includes(method!)) return false;
  if (!path.startsWith('/')) return false;
  if (path === '/') return true;
  const parts = path.slice(1).split('/');
  if (parts.length > 1 && parts.at(-1) === '') parts.pop();
  const word = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_-';
  const names: string[] = [];
  for (const [i, part] of parts.entries()) {
    const isVariable = part.startsWith('{') && part.endsWith('}');
    let name = isVariable ? part.slice(1, -1) : part;
    if (isVariable && name.endsWith('+')) {
      name = name.slice(0, -1);
      if (i < parts.length - 1) return false;
    }
    if (name === '' || [...name].some((letter) => !word.includes(letter))) return false;
    if (isVariable) names.push(name);
  }
  return new Set(names).size === names.length;
}

test('twenty thousand random keys are judged as the obvious way judges them', () => {
  const pieces = [
    'GET',
    'ANY',
    ' ',
    '/',
    '/',
    '{',
    '}',
    '+',
    'a',
    'pets',
    'id',
    '$',
    '@',
    '-',
    '.',
    '%20',
    'é',
    '\n',
    '$default',
  ];
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  let accepted = 0;
  for (let i = 0; i < 20_000; i++) {
    const tail = Array.from({ length: random(8) }, () => pieces[random(pieces.length)]).join('');
    const key = random(3) === 0 ? tail : `GET /${tail}`;
    const isAccepted = httpRouteKeyFault(key) === undefined;
    assert.equal(isAccepted, isObviouslyRight(key), JSON.stringify(key));
    if (isAccepted) accepted++;
  }
  assert.ok(accepted > 500, `${accepted} of them are right`);
});

test('keys of any length are judged in time that grows with it', () => {
  for (const key of [`GET /${'{a'.repeat(100_000)}`, `GET /${'a/'.repeat(100_000)}`, '$'.repeat(200_000)]) {
    httpRouteKeyFault(key);
    assert.ok(webSocketRouteKeyFault(key));
  }
});
