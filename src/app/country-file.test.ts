import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { openCountryFile, readCountries } from './country-file.ts';

test('[WAF-03] a country file has ranges of both versions in both forms, and the narrower counts', () => {
  const countries = readCountries(
    '# a comment\n192.0.2.0/24,DE\n"192.0.2.128","192.0.2.191","at"\r\n2001:db8::/32,FR\n2001:db8:1::,2001:db8:1:ffff:ffff:ffff:ffff:ffff,BE\n\n198.51.100.7,CH\n',
    'x',
  );
  const expected: [string, string | undefined][] = [
    ...([
      ['192.0.2.0', 'DE'],
      ['192.0.2.127', 'DE'],
      ['192.0.2.128', 'AT'],
      ['192.0.2.191', 'AT'],
    ] as [string, string][]),
    ...([
      ['192.0.2.192', 'DE'],
      ['192.0.2.255', 'DE'],
      ['::ffff:192.0.2.1', 'DE'],
      ['198.51.100.7', 'CH'],
    ] as [string, string][]),
    ...([
      ['2001:db8::1', 'FR'],
      ['2001:db8:1::1', 'BE'],
      ['2001:db8:2::', 'FR'],
    ] as [string, string][]),
    ...(['192.0.3.0', '192.0.1.255', '198.51.100.8', '2001:db9::', '::', 'nonsense', ''].map((each) => [
      each,
      undefined,
    ]) as [string, undefined][]),
  ];
  for (const [address, country] of expected) assert.equal(countries.of(address), country, address);
});

test('a line that is none is told with its number', () => {
  for (const line of [
    '192.0.2.0/24',
    '192.0.2.0/33,DE',
    '192.0.2.9,192.0.2.1,DE',
    '192.0.2.0,::1,DE',
    'x,DE',
    '1.1.1.1,DEU',
  ]) {
    assert.throws(() => readCountries(`192.0.2.0/24,DE\n${line}`, 'x.csv'), {
      message: /^Cannot read the country file "x\.csv": line 2 /,
    });
  }
  assert.throws(
    () => openCountryFile('/nowhere/x.csv'),
    /^Error: Cannot read the country file "\/nowhere\/x\.csv": ENOENT/,
  );
});
