import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compareDecimals, parseDecimal } from './java-decimal.ts';

test('a decimal prints all its digits, with an exponent where BigDecimal has one', () => {
  const texts: Record<string, string> = {
    '1.50': '1.50',
    '-0.5': '-0.5',
    '.5': '0.5',
    '5.': '5',
    '1E3': '1E+3',
    '12e3': '1.2E+4',
    '1.23E1': '12.3',
    '1E-6': '0.000001',
    '1E-7': '1E-7',
    '12.5e-10': '1.25E-9',
    '0.1234567890123456789': '0.1234567890123456789',
    '1.2345678901234567815e318': '1.2345678901234567815E+318',
  };
  for (const [text, printed] of Object.entries(texts)) assert.equal(String(parseDecimal(text)), printed, text);
});

test('what is no number is none', () => {
  for (const text of ['', '.', '-', '1e', 'e1', '1x', '--1', '1e99999999999', '0x1', ' 1']) {
    assert.equal(parseDecimal(text), undefined, text);
  }
});

test('decimals are compared by value', () => {
  const compare = (a: string, b: string): number => Math.sign(compareDecimals(parseDecimal(a)!, parseDecimal(b)!));
  assert.equal(compare('1.0', '1'), 0);
  assert.equal(compare('1e2', '100.00'), 0);
  assert.equal(compare('0', '-0.000'), 0);
  assert.equal(compare('-1', '0'), -1);
  assert.equal(compare('-2', '-1'), -1);
  assert.equal(compare('9007199254740993', '9007199254740992'), 1);
  assert.equal(compare('0.30000000000000004', '0.3'), 1);
  assert.equal(compare('1e1000000000', '9e999999999'), 1, 'without writing a billion digits');
  assert.equal(compare('-1e1000000000', '1e-1000000000'), -1);
});

test('to arithmetic a decimal is the nearest double', () => {
  assert.equal(parseDecimal('0.30000000000000000001')?.value, 0.3);
});
