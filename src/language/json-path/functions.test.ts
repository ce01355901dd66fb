import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { JavaDouble } from '../java-values.ts';
import { compileJsonPath } from './json-path.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { printJsonSmart } from './print-json-smart.ts';

const document = parseJsonSmart(
  '{"n":[1,2.5,"x",null,4],"neg":[-3,-1],"texts":["a","b",1],"one":[7],"none":[],"s":"str","o":{"b":1,"a":{"c":2}},"lists":[[1],[],[2,3]]}',
);

/** JSON of what a path finds; undefined when nothing is there. */
function find(path: string): string | undefined {
  const found = compileJsonPath(path).read(document);
  return found === undefined ? undefined : printJsonSmart(found, 'plain');
}

function assertFinds(finds: Readonly<Record<string, string | undefined>>): void {
  for (const [path, expected] of Object.entries(finds)) assert.equal(find(path), expected, path);
}

test('length of lists and objects; of nothing else, texts neither', () => {
  assertFinds({
    '$.n.length()': '5',
    '$.none.length()': '0',
    '$.o.length()': '2',
    '$.o.size()': '2',
    '$.s.length()': 'null',
    '$.nope.length()': undefined,
    '$.length()': '8',
    '$.lists[*].length()': '[1,0,2]',
    '$.length($.n)': '5',
    '$..lists.length()': '3',
  });
});

test('sum, avg, min, max and stddev of the numbers of a list, as doubles', () => {
  assertFinds({
    '$.n.sum()': '7.5',
    '$.n.avg()': '2.5',
    '$.n.min()': '1.0',
    '$.n.max()': '4.0',
    '$.n.stddev()': '1.224744871391589',
    '$.neg.min()': '-3.0',
    '$.none.sum()': undefined,
    '$.s.sum()': undefined,
    '$.one.sum(1, 2)': '10.0',
    '$.sum($.n, 0.5)': '8.0',
  });
});

test('max begins above zero, at the least double there is, as in Jayway', () => {
  assert.deepEqual(compileJsonPath('$.neg.max()').read(document), new JavaDouble(Number.MIN_VALUE));
});

test('behind a search a function takes all that is found', () => {
  assertFinds({ '$..c.sum()': '2.0', '$..lists.sum()': undefined, '$..texts[*].concat()': '"ab1"' });
});

test('first, last and index', () => {
  assertFinds({
    '$.n.first()': '1',
    '$.n.last()': '4',
    '$.n.index(1)': '2.5',
    '$.n.index(-2)': 'null',
    '$.n.index(9)': undefined,
    '$.one.last()': '7',
    '$.none.first()': undefined,
    '$.lists[*].first()': '[1,2]',
    '$.s.first()': undefined,
  });
});

test('keys, concat and append', () => {
  assertFinds({
    '$.o.keys()': '["b","a"]',
    '$.n.keys()': 'null',
    '$.texts.concat()': '"ab"',
    '$.texts.concat("-", 2, $.s)': '"ab-2str"',
    '$.concat($.s, "x,)", $.n[0])': '"strx,)1"',
    '$.one.append(8, "x")': '[7,8,"x"]',
    '$..o.keys()': '[["b","a"]]',
    '$..one.last()': '[7]',
    '$.s.append(1)': '"str"',
  });
  assert.equal(find('$.one'), '[7]', 'the document stays as it was');
});

test('a parameter that finds nothing, is empty or is no number', () => {
  assertFinds({
    '$.sum($.nope)': undefined,
    '$.concat($.nope)': undefined,
    "$.concat('x')": '""',
    '$.n.index("x")': undefined,
  });
});

test('a path may go on behind a function', () => {
  assertFinds({
    '$.n.length().length()': 'null',
    '$.sum($.n.length(), 1)': '6.0',
    '$.concat($.concat("a", 1), "b")': '"a1b"',
    '$.o.keys()[0]': '"b"',
  });
});
