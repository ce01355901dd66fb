/** `{ $.status >= 500 && ($.path = "/pets*" || $.user NOT EXISTS) }` over messages that are JSON; any other message does not match. */
import { FilterLexer } from './filter-lexer.ts';
import type { MessageTest } from './filter-pattern.ts';
import { compileComparison } from './filter-value.ts';
import { invalidFilterPattern } from './log-errors.ts';

type ValueTest = (document: unknown) => boolean;

/** Parentheses deeper than a pattern of 1,024 characters has use for. */
const maxDepth = 100;

export function compileJsonPattern(text: string): MessageTest {
  const lexer = new FilterLexer(text);
  lexer.expect('{');
  const holds = anyOf(lexer, 0);
  lexer.expect('}');
  lexer.end();
  return (message) => {
    // Most lines of most groups are no JSON: seen without the cost of a parser's error.
    const start = message.trimStart()[0];
    if (start !== '{' && start !== '[') return false;
    try {
      return holds(JSON.parse(message));
    } catch {
      return false;
    }
  };
}

function anyOf(lexer: FilterLexer, depth: number): ValueTest {
  const tests = [allOf(lexer, depth)];
  while (lexer.takes('||')) tests.push(allOf(lexer, depth));
  return tests.length === 1 ? tests[0]! : (document) => tests.some((holds) => holds(document));
}

function allOf(lexer: FilterLexer, depth: number): ValueTest {
  const tests = [condition(lexer, depth)];
  while (lexer.takes('&&')) tests.push(condition(lexer, depth));
  return tests.length === 1 ? tests[0]! : (document) => tests.every((holds) => holds(document));
}

function condition(lexer: FilterLexer, depth: number): ValueTest {
  if (lexer.takes('(')) {
    if (depth >= maxDepth) throw invalidFilterPattern();
    const holds = anyOf(lexer, depth + 1);
    lexer.expect(')');
    return holds;
  }
  const select = selector(lexer);
  const word = lexer.takesWords(/IS\s+(NULL|TRUE|FALSE)\b|NOT\s+EXISTS\b|EXISTS\b/);
  if (word !== undefined) return wordTest(word.toUpperCase().replace(/\s+/g, ' '), select);
  const operator = lexer.comparison();
  if (operator === undefined) throw invalidFilterPattern();
  const holds = compileComparison(operator, lexer.literal());
  return (document) => select(document).some((value) => value !== undefined && holds(value));
}

function wordTest(word: string, select: Selector): ValueTest {
  const exists: ValueTest = (document) => select(document).some((value) => value !== undefined);
  switch (word) {
    case 'EXISTS':
      return exists;
    case 'NOT EXISTS':
      return (document) => !exists(document);
    default: {
      const wanted = word === 'IS NULL' ? null : word === 'IS TRUE';
      return (document) => select(document).some((value) => value === wanted);
    }
  }
}

/** The values a selector finds: one, or those of a list with `[*]`. */
type Selector = (document: unknown) => readonly unknown[];

/** Of a selector by itself, `$.request.path`. Throws InvalidParameterException for a text that is none. */
export function compileSelector(text: string): Selector {
  const lexer = new FilterLexer(text);
  const select = selector(lexer);
  lexer.end();
  return select;
}

const step = /\.([\w@:/-]+)|\.?\[\s*(?:"([^"]*)"|'([^']*)'|(\d+)|(\*))\s*\]/y;

function selector(lexer: FilterLexer): Selector {
  lexer.expect('$');
  const steps: (string | number | undefined)[] = [];
  for (let found = lexer.match(step); found !== undefined; found = lexer.match(step)) {
    const [, name, quoted, single, index] = found;
    steps.push(index === undefined ? (name ?? quoted ?? single) : Number(index));
  }
  return (document) =>
    steps.reduce<readonly unknown[]>((values, key) => values.flatMap((v) => below(v, key)), [document]);
}

/** `key` undefined means every element. */
function below(value: unknown, key: string | number | undefined): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [undefined];
  if (key === undefined) return Array.isArray(value) ? value : [undefined];
  if (typeof key === 'number') return [Array.isArray(value) ? value[key] : undefined];
  return [Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined];
}
