/** `[ip, user, ..., request = "*GET*", status >= 400]` over messages cut at spaces, where `[…]` and `"…"` hold together. */
import { FilterLexer } from './filter-lexer.ts';
import type { MessageTest } from './filter-pattern.ts';
import { compileComparison } from './filter-value.ts';
import { invalidFilterPattern } from './log-errors.ts';

type FieldTest = ((field: string) => boolean) | undefined;

export function compileFieldPattern(text: string): MessageTest {
  const lexer = new FilterLexer(text);
  lexer.expect('[');
  const before: FieldTest[] = [];
  let behind: FieldTest[] | undefined;
  while (!lexer.takes(']')) {
    if (lexer.takes('...')) {
      if (behind !== undefined) throw invalidFilterPattern();
      behind = [];
    } else (behind ?? before).push(field(lexer));
    if (!lexer.takes(',')) {
      lexer.expect(']');
      break;
    }
  }
  lexer.end();
  const count = before.length + (behind?.length ?? 0);
  return (message) => {
    const fields = fieldsOf(message);
    if (behind === undefined ? fields.length !== count : fields.length < count) return false;
    const start = fields.length - (behind?.length ?? 0);
    return holdAll(before, fields, 0) && (behind === undefined || holdAll(behind, fields, start));
  };
}

const holdAll = (tests: readonly FieldTest[], fields: readonly string[], start: number): boolean =>
  tests.every((holds, i) => holds === undefined || holds(fields[start + i]!));

const name = /[\w.-]*/y;

/** A name, with conditions on it where there are any: `status = 4* || status = 5*`. */
function field(lexer: FilterLexer): FieldTest {
  lexer.match(name);
  const first = conditionOf(lexer);
  if (first === undefined) return undefined;
  const all: { readonly joined: '&&' | '||'; readonly holds: (field: string) => boolean }[] = [];
  for (;;) {
    const joined = lexer.takes('&&') ? '&&' : lexer.takes('||') ? '||' : undefined;
    if (joined === undefined) break;
    lexer.match(name);
    const holds = conditionOf(lexer);
    if (holds === undefined) throw invalidFilterPattern();
    all.push({ joined, holds });
  }
  return (value) =>
    all.reduce((is, { joined, holds }) => (joined === '&&' ? is && holds(value) : is || holds(value)), first(value));
}

function conditionOf(lexer: FilterLexer): ((field: string) => boolean) | undefined {
  const operator = lexer.comparison();
  return operator && compileComparison(operator, lexer.literal());
}

/** A message cut at spaces. */
export function fieldsOf(message: string): string[] {
  return [...message.matchAll(/\[([^\]]*)\]|"([^"]*)"|\S+/g)].map(
    ([all, bracketed, quoted]) => bracketed ?? quoted ?? all,
  );
}
