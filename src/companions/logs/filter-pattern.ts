/**
 * Filter patterns of CloudWatch Logs (user guide, "Filter pattern syntax"), compiled to a test of one message: terms (`ERROR -"health check" ?WARN`), JSON selectors
 * (`{ $.status >= 500 && $.path = "/pets*" }`), space-delimited fields (`[ip, user, ..., status = 4*]`), and `%regular expressions%`.
 */
import { compileFieldPattern } from './filter-fields.ts';
import { compileJsonPattern } from './filter-json.ts';
import { compileRegex } from './filter-value.ts';
import { invalidFilterPattern } from './log-errors.ts';

export type MessageTest = (message: string) => boolean;

/** The test of a pattern; an empty one takes everything. Throws InvalidParameterException for one that cannot be read. */
export function compileFilterPattern(pattern: string): MessageTest {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return compileJsonPattern(text);
  if (text.startsWith('[')) return compileFieldPattern(text);
  return compileTerms(text);
}

interface Term {
  readonly sign: '' | '-' | '?';
  readonly holds: MessageTest;
}

const termForm = /\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)*)%|([^\s"%][^\s"]*))(?=\s|$)/y;

/** All plain terms must be there and no excluded one; of the optional ones one is enough, and beside a plain term they mean nothing (user guide). */
function compileTerms(text: string): MessageTest {
  const terms: Term[] = [];
  termForm.lastIndex = 0;
  while (termForm.lastIndex < text.length) {
    const found = termForm.exec(text);
    if (found === null) throw invalidFilterPattern();
    const [, sign, quoted, regex, bare] = found;
    if (regex !== undefined) {
      const matches = compileRegex(regex);
      terms.push({ sign: sign as Term['sign'], holds: matches });
    } else {
      const word = quoted === undefined ? bare! : quoted.replace(/\\(.)/gs, '$1');
      terms.push({ sign: sign as Term['sign'], holds: (message) => message.includes(word) });
    }
  }
  const wanted = terms.filter(({ sign }) => sign === '').map(({ holds }) => holds);
  const excluded = terms.filter(({ sign }) => sign === '-').map(({ holds }) => holds);
  const optional = wanted.length > 0 ? [] : terms.filter(({ sign }) => sign === '?').map(({ holds }) => holds);
  return (message) =>
    wanted.every((holds) => holds(message)) &&
    !excluded.some((holds) => holds(message)) &&
    (optional.length === 0 || optional.some((holds) => holds(message)));
}
