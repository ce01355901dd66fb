/** A template can cost only so much, and reaches nothing but its variables. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Lexer } from './lexer.ts';
import { compileTemplate, maxTemplateBytes } from './template.ts';
import { TemplateError } from './template-error.ts';
import { Kind } from './token.ts';
import { javaList, type VtlValue } from './values.ts';

function render(source: string, context: Record<string, VtlValue> = {}): string {
  return compileTemplate(source).render(context);
}

test('[MAP-08] a loop goes round 1,000 times at most, further elements are left out', () => {
  assert.equal(render('#foreach($i in [1..1001])$velocityCount #end').trim().split(' ').at(-1), '1000');
  const list = javaList(Array.from({ length: 2500 }, (_, at) => at));
  assert.equal(render('#foreach($i in $list)x#end', { list }).length, 1000);
});

test('[MAP-08] a template of 300 KB compiles, a longer one is refused', () => {
  assert.equal(compileTemplate('x'.repeat(maxTemplateBytes)).render({}).length, maxTemplateBytes);
  assert.throws(() => compileTemplate('x'.repeat(maxTemplateBytes + 1)), /longer than 307200 bytes/);
});

test('loops in loops, ranges, macros, #evaluate and growing texts end in an error', () => {
  const endless = [
    '#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])x#end#end#end',
    '#set($x = [1..2000000000])',
    '#macro(m)#m()#end#m()',
    "#set($x = '#evaluate($x)')#evaluate($x)",
    `#macro(m $x)${'$!x'.repeat(20_000)}#end#m("${'$!y'.repeat(20_000)}")`,
    `#macro(m $x)${'$!x.a'.repeat(20_000)}#end#m([${'1,'.repeat(20_000)}1])`,
    '#set($x = "0123456789")#foreach($i in [1..100])#set($x = "$x$x")#end',
    '#set($x = "0123456789")#foreach($i in [1..100])#set($x = $x + $x)#end',
    '#set($x = "ab")$x.repeat(100000000)',
    '#set($x = "ab")#foreach($i in [1..100])#set($x = $x.replace("a", "abab"))#end',
    '#set($x = [1])#foreach($i in [1..100])#set($y = $x.addAll($x))#end',
    '#set($x = [1])#foreach($i in [1..100])#set($x = [$x, $x])#end$x',
    '#set($x = [1])#foreach($i in [1..100])#set($x = [$x, $x])#end$x.hashCode()',
    '#set($x = [1])#set($y = [1])#foreach($i in [1..100])#set($x = [$x, $x])#set($y = [$y, $y])#end$x.equals($y)',
    '#set($x = [1])#set($y = [$x])#set($z = $x.add($y))$x',
    '#set($x = 9)#foreach($i in [1..100])#set($x = $x * $x)#end',
    '#set($s = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")$s.matches("(a+)+")',
    '#set($s = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")$s.replaceAll("(a|a)*b", "")',
  ];
  for (const source of endless) assert.throws(() => render(source), TemplateError, source);
});

test('nesting deeper than any template needs is an error, not a broken stack', () => {
  for (const source of [
    `#set($x = ${'['.repeat(100_000)}`,
    `#if(${'('.repeat(100_000)}`,
    `#if(${'!'.repeat(100_000)}$x)#end`,
    '#if($x)'.repeat(40_000),
    '$a.b('.repeat(50_000),
    '$a['.repeat(50_000),
    `#set($x = ${'{"a":'.repeat(50_000)}`,
    `#set($x = ${'1 + '.repeat(70_000)}1)`,
    `#if(${'$a || '.repeat(40_000)}$b)#end`,
  ]) {
    assert.throws(() => compileTemplate(source), TemplateError, source.slice(0, 20));
  }
});

test('what people write is not too deep', () => {
  assert.equal(render(`#set($x = ${'1 + '.repeat(1_000)}1)$x`), '1001');
  assert.equal(render(`${'#if(true)'.repeat(100)}x${'#end'.repeat(100)}`), 'x');
  assert.equal(render(`#set($x = ${'['.repeat(100)}7${']'.repeat(100)})$x`), `${'['.repeat(100)}7${']'.repeat(100)}`);
});

/** Steps the lexer takes for a source; the parser takes each token once. */
function stepsFor(source: string): number {
  const lexer = new Lexer(source);
  try {
    while (lexer.next().kind !== Kind.end);
  } catch (error) {
    assert.ok(error instanceof TemplateError);
  }
  return lexer.steps;
}

test('the lexer looks at a template of twice the length twice as often, however nasty', () => {
  for (const piece of [
    'text $x.y(1) #if($a)#end ',
    '\\',
    '\\\\#',
    '$a.b',
    '$a.b ',
    '#set($x = "a""b")',
    '"a""',
    '#* x ',
    '#[[ x',
    '   #se',
    '$\\',
    '{{{a',
    '#{a',
    '..1..',
  ]) {
    const once = stepsFor(piece.repeat(2_000));
    const twice = stepsFor(piece.repeat(4_000));
    assert.ok(once < 2_000 * piece.length * 4 && twice <= 2.1 * once + 50, `${piece}: ${once} steps, then ${twice}`);
  }
  // Every reference leaves a state behind, and every state looks at what follows.
  for (const tail of [' ', ' #set', '\\', '#set ', '$\\']) {
    const [once, twice] = [2_000, 4_000].map((n) =>
      stepsFor('$a.b'.repeat(n) + tail + (tail.at(-1) === '\\' ? '\\' : ' ').repeat(n)),
    ) as [number, number];
    assert.ok(twice <= 2.1 * once + 50, `${tail}: ${once} steps, then ${twice}`);
  }
});

test('nothing of JavaScript can be reached', () => {
  const context: Record<string, VtlValue> = {
    s: 'text',
    n: 5,
    t: true,
    list: javaList(['a']),
    json: ['a'],
    map: new Map<VtlValue, VtlValue>([['a', 1]]),
  };
  for (const name of [
    'constructor',
    '__proto__',
    'prototype',
    'toLocaleString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
    'at',
    'push',
    'then',
  ]) {
    for (const variable of Object.keys(context)) {
      const reference = `\${${variable}.${name.replace(/^__/, 'x__')}}`;
      assert.equal(render(reference, context), reference);
      // A name cannot begin with an underscore behind a dot; a key can.
      if (variable === 'map') assert.equal(render(`[$!map["${name}"]][$!map.get("${name}")]`, context), '[][]');
      if (name !== 'valueOf' || !['s', 'n', 't'].includes(variable)) {
        assert.equal(render(`[$!${variable}.${name.replace(/^__/, 'x__')}("a")]`, context), '[]');
      }
    }
  }
  assert.equal(
    render('$constructor $toString $__proto__ $hasOwnProperty'),
    '$constructor $toString $__proto__ $hasOwnProperty',
  );
  assert.equal(render('#set($map["__proto__"] = "x")$map.size() $map["__proto__"] $other.x', context), '2 x $other.x');
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
  assert.equal(render('#constructor() #toString()'), '#constructor() #toString()');
});

test('classes tell their names and nothing more', () => {
  assert.equal(
    render('$s.class.name $s.getClass().getSimpleName() $s.class.classLoader $s.class.forName("x")', { s: '' }),
    'java.lang.String String $s.class.classLoader $s.class.forName("x")',
  );
});
