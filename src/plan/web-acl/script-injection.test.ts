import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { isScriptInjection } from './script-injection.ts';

const attacks = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<ScRiPt >alert(1)</ScRiPt>',
  '"><script>alert(1)</script>',
  "'><script>alert(1)</script>",
  '<img src=x onerror=alert(1)>',
  '<img src="x" onerror="alert(1)"',
  '<IMG SRC=javascript:alert(1)>',
  '<img/src="x"/onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg/onload=alert(1)>',
  '<body onload=alert(1)>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="&#106;avascript:alert(1)">x</a>',
  '<a href="jav\tascript:alert(1)">x</a>',
  '<a href=data:text/html;base64,PHNjcmlwdD4=>x</a>',
  '<div style="width: expression(alert(1))">',
  '<object data="data:text/html,x">',
  '<embed src=x>',
  '<link rel=stylesheet href=//evil.example>',
  '<meta http-equiv=refresh content=0>',
  '<base href=//evil.example>',
  '<math><mi xlink:href="javascript:alert(1)">',
  '" onmouseover="alert(1)',
  "' onfocus='alert(1)' autofocus='",
  'x onclick=alert(1)',
  'onload=alert(1)',
  '` onerror=alert(1) `',
  'javascript:alert(1)',
  ' java\nscript:alert(1)',
  'vbscript:msgbox(1)',
  '<!DOCTYPE html>',
  '<?xml version="1.0"?>',
  '<!--[if gte IE 4]><script>',
  '<details open ontoggle=alert(1)>',
  '<video><source onerror=alert(1)>',
  '<input autofocus onfocus=alert(1)>',
  '<form action="javascript:alert(1)">',
  '<x onpointerenter=alert(1)>',
];

const honest = [
  '',
  'hello world',
  'a < b and c > d',
  '1 <2',
  '<3',
  'x=1&y=2',
  '<b>bold</b>',
  '<p class="x">text</p>',
  'if (a<b) return',
  'only=true',
  'once=1',
  'on=1',
  'description of the script',
  'JavaScript: the good parts'.replace('JavaScript:', 'JavaScript,'),
  'https://example.com/on?load=1',
  '{"on": "load"}',
  'data: 3',
  'one=1 two=2',
  'data:image/png;base64,iVBORw0KGgo=',
  'src=data:image/png;base64,iVBORw0KGgo=',
  'style=modern',
  'from=here to=there',
  'comment="nice"',
  '<a href="https://example.com">x</a>',
];

test('[WAF-03] scripts for a page are found', () => {
  assert.deepEqual(
    attacks.filter((text) => !isScriptInjection(text)),
    [],
  );
});

test('[WAF-03] what people write is not taken for script', () => {
  assert.deepEqual(
    honest.filter((text) => isScriptInjection(text)),
    [],
  );
});

test('long texts take no longer than their length', () => {
  for (const part of ['<', '<a ', 'a=', '"', '&#', '<a b=']) isScriptInjection(part.repeat(64_000 / part.length));
});
