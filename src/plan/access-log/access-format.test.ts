import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileAccessFormat } from './access-format.ts';
import type { AccessRow, RowReader } from './access-row.ts';

const values: Readonly<Record<string, string | number | undefined>> = {
  requestId: 'id',
  status: 200,
  'identity.userAgent': 'a"b\\c</ua><status>\n\u0001&\'',
  'error.messageString': '"Not \\"here\\""',
  'identity.user': undefined,
};
const readerOf = (name: string): RowReader | undefined =>
  Object.hasOwn(values, name) ? () => values[name] : undefined;
const line = (format: string): string => compileAccessFormat(format, readerOf)({} as AccessRow);

test('[LOG-08] a value that is not there is a hyphen, and so is a variable nobody knows', () => {
  assert.equal(line('$context.requestId $context.identity.user $context.nothing.x'), 'id - -');
  assert.equal(line('$context.status-$context.requestId\n'), '200-id');
});

test('[LOG-08] no value ends the text it stands in, where the format is JSON or XML', () => {
  const json = line('{"ua":"$context.identity.userAgent","status":$context.status,"why":$context.error.messageString}');
  assert.deepEqual(JSON.parse(json), { ua: values['identity.userAgent'], status: 200, why: 'Not "here"' });
  assert.equal(
    line('<r id="$context.requestId"><ua>$context.identity.userAgent</ua><status>$context.status</status></r>'),
    '<r id="id"><ua>a&quot;b\\c&lt;/ua&gt;&lt;status&gt;\ufffd\ufffd&amp;&apos;</ua><status>200</status></r>',
  );
  assert.equal(line('$context.identity.userAgent $context.requestId'), `${values['identity.userAgent']} id`);
});
