import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileIpRange } from '../base/ip-ranges.ts';
import { clientAddress } from './client-address.ts';

const trusted = ['10.0.0.0/8', '::1'].map((range) => compileIpRange(range)!);
const seen = (connected: string, ...lists: string[]): string =>
  clientAddress(
    connected,
    lists.flatMap((list) => ['X-Forwarded-For', list]),
    trusted,
  );

test('[POL-07] X-Forwarded-For counts only as far as trusted proxies wrote it', () => {
  assert.equal(seen('203.0.113.9', '198.51.100.1'), '203.0.113.9', 'nobody may speak for another');
  assert.equal(seen('10.0.0.1'), '10.0.0.1');
  assert.equal(seen('10.0.0.1', '198.51.100.1'), '198.51.100.1');
  assert.equal(seen('10.0.0.1', '192.0.2.66, 198.51.100.1'), '198.51.100.1', 'what a client made up stands before');
  assert.equal(seen('10.0.0.1', '198.51.100.1, 10.2.2.2'), '198.51.100.1');
  assert.equal(seen('::1', '192.0.2.66', '198.51.100.1'), '198.51.100.1');
  assert.equal(seen('10.0.0.1', '10.0.0.2, 10.0.0.3'), '10.0.0.2');
  assert.equal(seen('10.0.0.1', '198.51.100.1, unknown'), '10.0.0.1');
  assert.equal(seen('10.0.0.1', ''), '10.0.0.1');
});
