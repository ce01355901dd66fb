import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { readRedisAddress } from './redis-address.ts';

test('an address says where Redis is, who asks, and what of it is ours', () => {
  assert.deepEqual(readRedisAddress('rediss://gate:p%40ss@[::1]:6380/3?prefix=shop&ca=/etc/ca.pem'), {
    ...{ host: '::1', port: 6380, isTls: true, username: 'gate', password: 'p@ss', database: 3 },
    ...{ prefix: 'shop', isCluster: false, caFile: '/etc/ca.pem' },
  });
  assert.deepEqual(readRedisAddress('redis://:secret@cache?cluster=true'), {
    ...{ host: 'cache', port: 6379, isTls: false, username: undefined, password: 'secret', database: 0 },
    ...{ prefix: 'gatewright', isCluster: true, caFile: undefined },
  });
});

test('what is no address is told without the password in it', () => {
  const wrong = [
    'localhost:6379',
    'http://:secret@host',
    'redis://:secret@host/zero',
    'redis://:secret@host?cluster=true&prefix={a}',
    'redis://:secret@host/1?cluster=true',
    'redis://:secret@host?cluster=yes',
    'redis://:secret@host?ca=x',
    'redis://:secret@host?tls=true',
    'redis://:secret%zz@host',
  ];
  for (const text of wrong) {
    const read = readRedisAddress(text);
    assert.ok('expected' in read, text);
    assert.doesNotMatch(read.expected, /secret/);
  }
});
