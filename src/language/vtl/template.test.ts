/** The language, a fact at a time; test/corpora/vtl.json has a thousand more. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type CorpusContext, corpusVariables } from '../../../test/support/vtl-corpus.ts';
import { compileTemplate } from './template.ts';
import { TemplateError } from './template-error.ts';
import type { HostObject, VtlValue } from './values.ts';

const variables: CorpusContext = {
  s: 'Hello World',
  n: 5,
  t: true,
  no: false,
  empty: '',
  list: ['a', 'b', 'c'],
  map: { a: 1, d: { x: 'y' } },
};

function render(source: string, context: CorpusContext = variables): string {
  return compileTemplate(source).render(corpusVariables(context));
}

function errorOf(source: string, context: CorpusContext = variables): TemplateError {
  try {
    render(source, context);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: `${source} renders` });
}

test('[MAP-09] an undefined reference prints itself, a quiet one nothing, and a null leaves the variable as it was', () => {
  assert.equal(render('$foo ${foo} $foo.bar($s) [$!foo] [$!{foo.bar}]'), '$foo ${foo} $foo.bar($s) [] []');
  assert.equal(render('#set($x = "old")#set($x = $foo)$x'), 'old');
  assert.equal(render('#set($x = $foo)$x'), '$x');
});

test('[MAP-07] #if, #elseif and #else choose by null and false alone; words stand for operators', () => {
  assert.equal(render('#if($no)a#elseif($empty)b#{else}c#end'), 'b');
  assert.equal(render('#if($n gt 4 and not $no)y#end#if($missing || $n eq 5)z#end'), 'yz');
  assert.equal(render('#if(1)a#end#if("x")b#end.'), '.');
});

test('[MAP-07] #foreach counts, says whether more follows, and can be left', () => {
  const loop = '#foreach($i in $list)$foreach.index$foreach.count$velocityCount$i#if($foreach.hasNext),#end#end';
  assert.equal(render(loop), '011a,122b,233c');
  assert.equal(render('#foreach($i in [1..9])#if($i == 3)#break#end$i#end.'), '12.');
  assert.equal(
    render('#foreach($a in [1, 2])#foreach($b in [1..5])#if($b == 3)#break($foreach.parent)#end$a$b #end#end.'),
    '11 12 .',
  );
  assert.equal(
    render('#foreach($a in [1, 2])#foreach($b in [1, 2])$foreach.parent.count.$foreach.count #end#end'),
    '1.1 1.2 2.1 2.2 ',
  );
  assert.equal(render('#foreach($e in $map.entrySet())$e.key=$e.value #end'), 'a=1 d={x=y} ');
});

test('[MAP-07] #stop ends the template, #break outside a loop does too', () => {
  assert.equal(render('a#foreach($i in $list)$i#stop#end b'), 'aa');
  assert.equal(render('a #break b'), 'a ');
});

test('[MAP-07] a macro sees its arguments by name, the first definition counts, and calls may come before it', () => {
  assert.equal(render('#m("q")#macro(m $x)<$x>#end#macro(m $x)[$x]#end#m($s)'), '<q><Hello World>');
  assert.equal(render('#macro(m $x)$x#end#m($missing)'), '$missing');
  assert.equal(render('#macro(m)<$bodyContent>#end#@m()in $n#end'), '<in 5>');
  assert.equal(render('#nomacro($s) after'), '#nomacro($s) after');
});

test('[MAP-07] #define is rendered anew wherever it is printed, #evaluate parses a text', () => {
  assert.equal(render('#define($d)$x#end#set($x = 1)$d#set($x = 2)$d'), '12');
  assert.equal(render("#set($x = '$n#if($t)y#end')#evaluate($x)"), '5y');
  assert.equal(render('#literal()$s #if(true)x#end#end'), '$s #if(true)x#end');
});

test('[MAP-07] comments vanish, ## with its line end; text blocks are left alone', () => {
  assert.equal(render('a ## b\nc #* d\n *# e #[[ $s #if ]]#'), 'a c  e  $s #if ');
});

test('[MAP-07] backslashes escape references that have a value and directives that exist', () => {
  assert.equal(render('\\$s \\\\$s \\$missing \\#if(true) \\#foo'), '$s \\Hello World \\$missing #if(true) \\#foo');
});

test('[MAP-07] a directive on its own line leaves no line behind; #set takes the blanks before it as well', () => {
  assert.equal(render('a\n#set($x = 1)\nb\n#if($t)\nc\n#end\n$n #set($x = 2)'), 'a\nb\nc\n5');
  assert.equal(render('a\r\n#foreach($i in $list)\r\n$i\r\n#end\r\nb'), 'a\r\na\r\nb\r\nc\r\nb');
});

test('[MAP-07] numbers are Java numbers: integers divide as such, grow instead of overflowing, and doubles show it', () => {
  assert.equal(render('#set($x = 7 / 2)$x #set($y = -7 / 2)$y #set($z = 7 / 2.0)$z'), '3-33.5');
  assert.equal(
    render('#set($x = 2147483647 + 1)$x #set($y = 9223372036854775807 + 1)$y'),
    '21474836489223372036854775808',
  );
  assert.equal(render('#set($x = 3.0 * 2)$x #set($y = 100000000.0)$y'), '6.01.0E8');
  assert.equal(render('#set($x = 1 / 0)$x #set($y = "5" - 1)$y'), '$x$y');
});

test('[MAP-07] strings, lists and maps have the methods Java gives them', () => {
  assert.equal(
    render('$s.length() $s.replaceAll("[aeiou]", "*") $s.substring(6) $s.split(" ").size() $s.contains("lo W")'),
    '11 H*ll* W*rld World 2 true',
  );
  assert.equal(
    render('$list.size() $list.get(0) $list.contains("b") $list.add("d") $list $list.isEmpty()'),
    '3 a true true [a, b, c, d] false',
  );
  assert.equal(
    render('$map.keySet() $map.containsKey("a") $!map.put("z", 9) $map.z $map.entrySet() $map.toString()'),
    '[a, d] true  9 [a=1, d={x=y}, z=9] {a=1, d={x=y}, z=9}',
  );
});

test('what came of a JSON document prints as json-smart prints it: maps as Java does, lists as JSON', () => {
  const list: VtlValue[] = [1, 'a/"b"', new Map<VtlValue, VtlValue>([['k', null]])];
  const context = {
    map: new Map<VtlValue, VtlValue>([
      ['foo', 'bar'],
      ['list', list],
    ]),
    list,
  };
  const { render: renderWith } = compileTemplate('$map $list $list.size() $list[1]');
  assert.equal(
    renderWith(context),
    '{foo=bar, list=[1,"a\\/\\"b\\"",{"k":null}]} [1,"a\\/\\"b\\"",{"k":null}] 3 a/"b"',
  );
});

test('with setNullAllowed a null clears the variable, without emptyStringTruthy an empty text is false, with nullEqualsEmptyText it is null', () => {
  const source = '#set($x = 1)#set($x = $missing)$x#if($empty)y#{else}n#end';
  const context = corpusVariables(variables);
  assert.equal(compileTemplate(source, { setNullAllowed: true }).render(context), '$xy');
  assert.equal(compileTemplate(source, { emptyStringTruthy: false }).render(context), '1n');
  const comparing =
    '#if($missing == "")y#{else}n#end#if($missing != $empty)y#{else}n#end#if($s == $missing)y#{else}n#end';
  assert.equal(compileTemplate(comparing).render(context), 'nyn');
  assert.equal(compileTemplate(comparing, { nullEqualsEmptyText: true }).render(context), 'ynn');
});

test('one compiled template renders many times, each with its own variables, macros and loops', () => {
  const template = compileTemplate('#macro(m)$x#end#set($y = $x)#m()$y#evaluate("#macro(q)Q#end")#q()');
  assert.equal(template.render({ x: 1 }), '11Q');
  assert.equal(template.render({ x: 2 }), '22Q');
  assert.equal(template.render({}), '$x$yQ');
});

test('an error says what, in which line and column', () => {
  const unclosed = errorOf('a\n  #if($t) b');
  assert.deepEqual(
    [unclosed.line, unclosed.column, unclosed.message],
    [2, 12, 'Encountered "<EOF>" at [line 2, column 12]'],
  );
  const failing = errorOf('ab\n$s.substring(99)');
  assert.deepEqual([failing.line, failing.column], [2, 4]);
  assert.match(
    failing.message,
    /^Invocation of method 'substring' in {2}class java\.lang\.String threw exception java\.lang\.StringIndexOutOfBoundsException: begin 99, end 11, length 11 at/,
  );
  const inString = errorOf('\n\n#set($x = "#if($t")');
  assert.equal(inString.line, 3);
  assert.equal(errorOf('\n$list.get(7)').line, 2);
  assert.equal(errorOf('#include("x.vm")').message, "Unable to find resource 'x.vm' at [line 1, column 1]");
});

test('objects of the host answer by name, and are null where they have no answer', () => {
  const calls: string[] = [];
  const host: HostObject = {
    get: (name) => (name === 'body' ? 'text' : undefined),
    call(method, args) {
      calls.push(`${method}(${args.join()})`);
      if (method === 'fail') throw new Error('no such thing');
      return method === 'path' ? new Map<VtlValue, VtlValue>([['a', 1]]) : undefined;
    },
    set: (name, value) => calls.push(`${name}=${value}`) > 0,
    toString: () => 'host',
  };
  const template = compileTemplate(
    "#set($h.status = 201)$h $h.body $h.other $h.path('$.x').a $h.nope(1) $h.class $h.constructor",
  );
  assert.equal(template.render({ h: host }), 'host text $h.other 1 $h.nope(1) $h.class $h.constructor');
  assert.deepEqual(calls, ['status=201', 'path($.x)', 'nope(1)']);
  assert.throws(() => compileTemplate('$h.fail()').render({ h: host }), /no such thing at \[line 1, column 4\]/);
});
