/** Made-up templates: well-formed ones of every directive and expression, and heaps of fragments that hardly ever are. */

type Random = (below: number) => number;

/** mulberry32: small, and the same template for the same seed for ever. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const names = [
  's',
  'empty',
  'n',
  'zero',
  'neg',
  'big',
  'f',
  't',
  'no',
  'list',
  'nums',
  'emptyList',
  'map',
  'emptyMap',
  'csv',
  'users',
  'k',
  'idx',
  'missing',
  'i',
  'x',
  'foreach',
];
const texts = [
  'a',
  ' ',
  '  ',
  '\n',
  'b c',
  '"',
  "'",
  '{',
  '}',
  ', ',
  '\\',
  '\\\\',
  '.',
  '!',
  '$',
  '#',
  '(x)',
  '[1]',
  '5',
  '-',
  '\t',
  '\r\n',
  '$5',
  '##\n',
  '#* c *#',
  '#[[ $s ]]#',
  ':',
  '/',
  '$.',
  '$[',
  '&',
];
const methods = [
  'size()',
  'length()',
  'isEmpty()',
  'toString()',
  'get(0)',
  'get("a")',
  'get($k)',
  'contains("a")',
  'toUpperCase()',
  'substring(1)',
  'substring(0, 2)',
  'indexOf("l")',
  'replace("l", "L")',
  'replaceAll("[a-l]+", "<$0>")',
  'split(",")',
  'split("")',
  'keySet()',
  'values()',
  'entrySet()',
  'put("z", 1)',
  'add("z")',
  'add(0, 1)',
  'remove(0)',
  'remove("a")',
  'equals("a")',
  'hashCode()',
  'trim()',
  'intValue()',
  'compareTo("a")',
  'compareTo(1)',
  'charAt(0)',
  'foo()',
  'containsKey("a")',
  'subList(0, 1)',
  'toArray()',
  'iterator()',
  'concat("x")',
  'matches("[A-Z].*")',
  'getClass().getName()',
  'endsWith("d")',
  'lastIndexOf("o")',
  'doubleValue()',
  'clear()',
  'set(0, 9)',
  'count',
  'indexOf("a")',
  'addAll($list)',
  'getOrDefault("q", 2)',
  'replaceAll("(\\w)(\\w)", "$2$1")',
  'replaceAll("\\p{Upper}|o", "_")',
  'replaceAll("(?i)L+?", "-")',
  'replaceAll("\\s*", ".")',
  'replaceAll("[^a-m&&[^c]]", "x")',
  'replaceAll("(a|l)++", "[$0]")',
  'replaceAll("^|$", "|")',
  'replaceAll("\\Q.\\E|,", "\\\\$0")',
  'replaceFirst("(?<x>o)", "${x}!")',
  'split("o", 2)',
  'split("[lo]+")',
  'split("(?=o)")',
  'split("x*")',
  'matches("\\w+\\s\\w+")',
  'matches("(?s).*")',
  'format("%5s|%-5s|%05d|%x|%.2f", "a", "b", 42, 255, 1.5)',
  'format("%s %s", $list, $missing)',
  'parseInt("12")',
  'valueOf(3)',
  'toBinaryString(5)',
  'equalsIgnoreCase("HELLO world")',
  'regionMatches(0, "He", 0, 2)',
  'toCharArray()',
  'codePointAt(1)',
  'lastIndexOf("l", 4)',
  'startsWith("He")',
  'compareToIgnoreCase("b")',
  'repeat(2)',
  'max(1, 2)',
  'longValue()',
  'isNaN()',
  'retainAll(["a", 1])',
  'containsAll(["a"])',
  'removeAll([1])',
  'putAll($map)',
  'putIfAbsent("a", 3)',
  'containsValue(1)',
  'booleanValue()',
  'strip()',
  'isBlank()',
  'hasNext()',
  'next()',
  'getKey()',
  'join("-", $list)',
];
const properties = [
  'a',
  'b',
  'c',
  'd',
  'key',
  'name',
  'tags',
  'empty',
  'size',
  'x',
  'count',
  'index',
  'hasNext',
  'first',
  'last',
];
const literals = [
  '1',
  '0',
  '-1',
  '2.5',
  '1.0',
  '"a"',
  '""',
  "'b'",
  '"$s"',
  "'$s'",
  '"x$missing"',
  'true',
  'false',
  '[1, 2]',
  '[]',
  '{}',
  '{"a": 1}',
  '[1..3]',
  '[$n..2]',
  '5000000000',
  '2147483647',
  '99999999999999999999',
  '"a""b"',
  '1e3',
  '[1, "b", $s]',
  '{"a": $n, $k: "v"}',
  '"#if($t)y#end"',
];
const operators = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  '&&',
  '||',
  ' and ',
  ' or ',
  ' eq ',
  ' lt ',
];
const fragments = [
  ...texts,
  ...literals,
  '#if',
  '#if(',
  '#if($t)',
  '#end',
  '#else',
  '#{else}',
  '#elseif($no)',
  '#set(',
  '#set($x = ',
  '#set($x=1)',
  '#foreach($i in $list)',
  '#foreach',
  '#macro(m)',
  '#macro(m $a)',
  '#m()',
  '#m("q")',
  '#@m()',
  '#break',
  '#stop',
  '#define($d)',
  '$d',
  '$s',
  '${s}',
  '$!s',
  '$!{s}',
  '\\$s',
  '\\\\$s',
  '$\\!s',
  '$$s',
  '$missing',
  '${missing}',
  '$!missing',
  '$map.a',
  '$map.',
  '$list[0]',
  '$list[',
  ']',
  ')',
  '(',
  '$map.get(',
  '"a")',
  '\\#if',
  '\\\\#end',
  '\\#foo',
  '#foo',
  '#foo(1)',
  '#{if}($t)',
  '#evaluate("$s")',
  '#literal()',
  '##',
  '*#',
  '#*',
  '#**',
  ' = ',
  '1)',
  ' $',
  '$!',
  '${',
  '\n  #set($y = 2)\n',
  '  #end\n',
  '$a-b',
  '$s.length()',
  '$s.foo(x)',
  '#123',
  '#end\n',
  '#set($x = $s.length() + 1)',
];

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)]!;
}

function reference(random: Random): string {
  let path = pick(random, names);
  for (let parts = random(6) < 3 ? 0 : random(3); parts > 0; parts--) {
    const part = random(3);
    if (part === 0) path += `.${pick(random, properties)}`;
    else if (part === 1) path += `.${pick(random, methods)}`;
    else path += pick(random, ['[0]', '[1]', '["a"]', '[$idx]', '[-1]', '[$k]', '[ 0 ]']);
  }
  const form = random(12);
  if (form < 6) return `$${path}`;
  if (form < 8) return `\${${path}}`;
  if (form < 10) return `$!${path}`;
  if (form < 11) return `$!{${path}}`;
  return `${pick(random, ['\\', '\\\\', '\\\\\\', '$'])}$${path}`;
}

/** A reference an expression can hold: no backslashes. */
function plainReference(random: Random): string {
  return reference(random).replace(/^[\\$]+/, '$');
}

function expression(random: Random, depth: number): string {
  const kind = random(depth > 2 ? 2 : 7);
  if (kind === 0) return pick(random, literals);
  if (kind < 3) return plainReference(random);
  if (kind === 3) return `!${expression(random, depth + 1)}`;
  if (kind === 4) return `(${expression(random, depth + 1)})`;
  const blank = random(5) === 0 ? '' : ' ';
  return `${expression(random, depth + 1)}${blank}${pick(random, operators)}${blank}${expression(random, depth + 1)}`;
}

const atoms = [
  'a',
  'l',
  'o',
  'W',
  '.',
  '\\w',
  '\\s',
  '\\d',
  '[a-l]',
  '[^lo]',
  '[a-z&&[^l]]',
  '[[a-c]x]',
  '[\\w&&[^o]]',
  '[^a-z&&\\w]',
  '\\p{Lower}',
  '\\p{Punct}',
  '\\P{L}',
  '\\h',
  '\\W',
  '\\bW',
  '^',
  '$',
  '\\Q+l\\E',
  '\\x6c',
  '\\u006f',
  '\\.',
  '-',
  ',',
  '\\/',
  '\\-',
  '"',
  '{',
  '}',
  ']',
  '\\1',
  '[]a]',
  '[a-]',
  '[-a]',
  '\\Z',
  '\\z',
  '\\A',
  '(?i)',
  '(?s)',
  '(?=l)',
  '(?<=l)',
  '(?!o)',
  '\\t',
  '\\R',
  '[.]',
  '[+*]',
  '\\p{IsAlphabetic}',
  '\\p{Lu}',
];
const quantifiers = [
  '',
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '{2}',
  '{1,}',
  '{0,2}',
  '*?',
  '+?',
  '??',
  '++',
  '*+',
  '?+',
  '{1,2}+',
];

function pattern(random: Random, depth: number): string {
  let text = '';
  for (let parts = 1 + random(4); parts > 0; parts--) {
    const kind = random(depth > 1 ? 6 : 9);
    const part =
      kind < 6
        ? pick(random, atoms)
        : kind === 6
          ? `${pattern(random, depth + 1)}|${pattern(random, depth + 1)}`
          : `${pick(random, ['(', '(?:', '(?>', '(?<g>'])}${pattern(random, depth + 1)})`;
    text += part + pick(random, quantifiers);
  }
  return text;
}

/** A method that takes a regular expression, on a text. */
function regexCall(random: Random): string {
  const text = pick(random, ['$s', '$csv', '$k', '$empty', "$s.concat('-+l.o')"]);
  const quoted = `'${pattern(random, 0)}'`;
  switch (random(4)) {
    case 0:
      return `${text}.replaceAll(${quoted}, '${pick(random, ['<$0>', '[$1]', 'x', '', '\\$'])}')`;
    case 1:
      return `${text}.replaceFirst(${quoted}, '<$0>')`;
    case 2:
      return `#foreach($p in ${text}.split(${quoted}${pick(random, ['', ', 2', ', -1'])}))[$p]#end`;
    default:
      return `${text}.matches(${quoted})`;
  }
}

function block(random: Random, depth: number): string {
  let text = '';
  for (let parts = 1 + random(4); parts > 0; parts--) text += statement(random, depth + 1);
  return text;
}

function gap(random: Random): string {
  return pick(random, ['', '', '\n', ' ', '\n  ', ' \n']);
}

function statement(random: Random, depth: number): string {
  const kind = random(depth > 3 ? 8 : 18);
  const before = gap(random);
  const after = gap(random);
  switch (kind) {
    case 0:
    case 1:
    case 2:
      return pick(random, texts);
    case 3:
    case 4:
    case 5:
      return reference(random);
    case 6:
    case 7:
      return `${before}#set(${pick(random, ['$x', '$y', '$map.q', '$list[0]', '$map["r"]', '$x.y', '$!x'])} = ${expression(random, 0)})${after}`;
    case 8:
    case 9:
    case 10: {
      const branches = random(3) === 0 ? `#elseif(${expression(random, 1)})${block(random, depth)}` : '';
      const otherwise = random(2) === 0 ? `${pick(random, ['#else ', '#{else}'])}${after}${block(random, depth)}` : '';
      return `${before}#if(${expression(random, 0)})${after}${block(random, depth)}${branches}${otherwise}${before}#end${after}`;
    }
    case 11:
    case 12:
    case 13: {
      const source = pick(random, [
        '$list',
        '$nums',
        '$map',
        '$users',
        '[1..3]',
        '$emptyList',
        '$map.keySet()',
        '$map.entrySet()',
        '["p", $missing, 2]',
        '$csv.split(",")',
        '$missing',
        '$x',
        '$s',
      ]);
      return `${before}#foreach($i in ${source})${after}${block(random, depth)}${pick(random, ['', '', '#if($foreach.hasNext),#end', '$velocityCount', '$foreach.index', '#if($i == 2)#break#end', '$foreach.parent.index', '#set($foreach.q = $i)$foreach'])}#end${after}`;
    }
    case 14:
      return `#macro(${pick(random, ['m', 'w', 'm $x', 'w $x $y'])})${after}${block(random, depth)}#end${after}`;
    case 15:
      return `${before}#${pick(random, ['m', 'w', 'm', 'nope', '{m}'])}(${pick(random, ['', '"q"', '$s', '$missing $n', '$list[0] "$x"', '[1,2]', '"a" , 2', '$map.a'])})${after}`;
    case 16:
      return `#define($${pick(random, ['d', 'e'])})${after}${block(random, depth)}#end${after}$d`;
    default:
      return pick(random, [
        '#evaluate("$s #set($x = 3)$x")',
        "#evaluate('#foreach($q in [1,2])$q#end')",
        '#stop',
        '#break',
        '#@m()body $x#end',
        '#literal()$s #if#end',
        '#[[$s]]#',
        '$d',
        '$e',
        '#include("x")',
        '$bodyContent',
        '#nope',
      ]);
  }
}

/** The template of a seed. */
export function randomTemplate(seed: number): string {
  const random = randomOf(seed);
  if (random(5) === 0) return regexCall(random);
  if (random(4) === 0) {
    const calls = `$${pick(random, ['s', 's', 's', 'csv', 'n', 'big', 'f', 't', 'list', 'nums', 'map', 'users', 'k'])}.${pick(random, methods)}`;
    return random(2) === 0 ? calls : `${calls}.${pick(random, methods)} ${reference(random)}`;
  }
  if (random(3) > 0) return block(random, random(2));
  let heap = '';
  for (let parts = 2 + random(7); parts > 0; parts--) heap += pick(random, fragments);
  return heap;
}
