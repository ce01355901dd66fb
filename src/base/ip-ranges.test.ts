import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileIpRange, compileIpRanges } from './ip-ranges.ts';

const ranges = [
  ...['192.0.2.0/24', '192.0.2.128/25', '10.0.0.0/8', '198.51.100.7', '203.0.113.0/29', '0.0.0.0/32'],
  ...['2001:db8::/32', '2001:db8:ffff::/49', '::1', 'fe80::/10'],
];
const addresses = [
  ...['192.0.2.1', '192.0.3.1', '10.255.0.1', '11.0.0.0', '198.51.100.7', '198.51.100.8', '203.0.113.7', '203.0.113.8'],
  ...[
    '0.0.0.0',
    '0.0.0.1',
    '::ffff:10.1.2.3',
    '2001:db8::1',
    '2001:db9::1',
    '::1',
    '::2',
    'fe80::1',
    'febf::1',
    'fec0::1',
  ],
  ...['', 'nonsense', '1.2.3', '1.2.3.4.5', '::g'],
];

test('[WAF-03] many ranges together hold what one of them holds', () => {
  const together = compileIpRanges(ranges)!;
  const apart = ranges.map((range) => compileIpRange(range)!);
  for (const address of addresses)
    assert.equal(
      together(address),
      apart.some((range) => range(address)),
      address,
    );
  assert.equal(compileIpRanges(['0.0.0.0/0'])!('192.0.2.1'), true);
  assert.equal(compileIpRanges([])!('192.0.2.1'), false);
  for (const wrong of ['', '1.2.3.4/33', '::/129', 'x/8'])
    assert.equal(compileIpRanges(['10.0.0.0/8', wrong]), undefined);
});
