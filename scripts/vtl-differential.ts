/**
 * `node scripts/vtl-differential.ts [count] [seed]`: makes up templates, renders them with our engine and with the real Apache Velocity 1.7, and prints
 * where they differ. By hand only: it needs Java and Debian's package `velocity`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { compileTemplate } from '../src/language/vtl/template.ts';
import { TemplateError } from '../src/language/vtl/template-error.ts';
import type { VtlValue } from '../src/language/vtl/values.ts';
import { corpusVariables } from '../test/support/vtl-corpus.ts';
import { randomTemplate } from './vtl-generator.ts';

const jars = ['velocity', 'commons-collections3', 'commons-lang', 'oro'].map((jar) => `/usr/share/java/${jar}.jar`);

const context = {
  s: 'Hello World',
  empty: '',
  n: 5,
  zero: 0,
  neg: -3,
  big: 5000000000,
  f: 2.5,
  t: true,
  no: false,
  list: ['a', 'b', 'c'],
  nums: [3, 1, 2],
  emptyList: [],
  map: { a: 1, b: 'two', c: [1, 2], d: { x: 'y' }, key: 'b' },
  emptyMap: {},
  csv: 'a,b,,c,,',
  users: [
    { name: 'Ann', age: 30, tags: ['x', 'y'] },
    { name: 'Bob', age: 25, tags: [] },
  ],
  k: 'a',
  idx: 1,
};

/** The variables as a template that sets them; JSON is VTL here. */
const prelude = Object.entries(context)
  .map(([name, value]) => `#set($${name} = ${JSON.stringify(value)})`)
  .join('');

function velocity(templates: readonly string[]): (string | undefined)[] {
  const input = [prelude, ...templates].map((text) => Buffer.from(text, 'utf8').toString('base64')).join('\n');
  const oracle = join(import.meta.dirname, 'VelocityOracle.java');
  const { stdout, stderr, status } = spawnSync('java', ['-cp', jars.join(':'), oracle], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`Cannot run Apache Velocity: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const text = Buffer.from(line.slice(2), 'base64').toString('utf8');
      if (line.startsWith('E') && process.env['VTL_ERRORS'] === '1') console.log(text);
      return line.startsWith('O') ? text : undefined;
    });
}

function ours(template: string, variables: Record<string, VtlValue>): string | TemplateError {
  try {
    return compileTemplate(template).render(variables);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw new Error(`Not a TemplateError for ${JSON.stringify(template)}`, { cause: error });
  }
}

/** Identity hashes differ from run to run; which class of iterator it is, nobody asks. */
function withoutHashes(text: string): string {
  return text.replace(/@[0-9a-f]+/g, '@1').replace(/java\.util\.\w+\$\w*(?:Itr|Iterator)/g, 'iterator');
}

const count = Number(process.argv[2] ?? 3000);
const seed = Number(process.argv[3] ?? 1);
const templates = Array.from({ length: count }, (_, at) => randomTemplate(seed * 1_000_003 + at));
const expected = velocity(templates);
let differences = 0;
let errors = 0;
for (const [at, template] of templates.entries()) {
  const found = ours(template, corpusVariables(context));
  const wanted = expected[at];
  if (wanted === undefined) errors++;
  const agrees =
    wanted === undefined
      ? found instanceof TemplateError
      : typeof found === 'string' && withoutHashes(found) === withoutHashes(wanted);
  if (agrees) continue;
  differences++;
  if (differences > 40) continue;
  console.log(
    `${JSON.stringify(template)}\n  Velocity ${wanted === undefined ? 'an error' : JSON.stringify(wanted)}\n  ours     ${found instanceof TemplateError ? found.message : JSON.stringify(found)}`,
  );
}
console.log(`${count} templates, ${errors} of them errors, ${differences} differ`);
