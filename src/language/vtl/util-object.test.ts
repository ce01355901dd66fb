/** `$util`: vectors. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { JsonValue } from '../java-values.ts';
import { compileTemplate } from './template.ts';
import { utilObject } from './util-object.ts';

const util = utilObject({ parseJson: (text) => new Map<string, JsonValue>([['k', text.length]]) });

function render(source: string, text: string | null = ''): string {
  return compileTemplate(source).render({ util, text });
}

test('[MAP-13] escapeJavaScript escapes both quotes, slashes, control characters and what is not ASCII', () => {
  assert.equal(
    render('$util.escapeJavaScript($text)', `a'b"c\\d/e\nf\u0001é€`),
    `a\\'b\\"c\\\\d\\/e\\nf\\u0001\\u00E9\\u20AC`,
  );
});

test('[MAP-13] urlEncode writes forms, urlDecode reads them', () => {
  assert.equal(render('$util.urlEncode($text)', "a b&c=é!'()*~-._"), 'a+b%26c%3D%C3%A9%21%27%28%29*%7E-._');
  assert.equal(render('$util.urlDecode($text)', 'a+b%20c%C3%A9%FF'), 'a b cé\ufffd');
  assert.throws(() => render('$util.urlDecode($text)', '100%'), /Illegal hex characters in escape/);
});

test('[MAP-13] base64Encode and base64Decode are each other’s inverse', () => {
  assert.equal(render('$util.base64Encode($text)', 'héllo'), 'aMOpbGxv');
  assert.equal(render('$util.base64Decode("aMOpbGxv")'), 'héllo');
});

test('[MAP-13] parseJson gives a live object', () => {
  assert.equal(render('#set($o = $util.parseJson($text))$o.k', '{"k":1}'), '7');
});

test('other names and other counts of arguments print themselves, null stays null', () => {
  assert.equal(
    render('$util.nope("a") $util.urlEncode() $util.constructor'),
    '$util.nope("a") $util.urlEncode() $util.constructor',
  );
  assert.equal(render('[$!util.urlEncode($text)]', null), '[]');
});
