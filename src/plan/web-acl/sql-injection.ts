/**
 * Whether a text is a piece of SQL that somebody means to end up in a statement. It is read three times, as if it stood in the statement bare, in a string of
 * single quotes and in one of double quotes; each reading is judged by the sequence of its tokens, as libinjection showed it can be done (N. Galbreath 2012).
 */
import { type SqlToken, sqlTokens } from './sql-tokens.ts';

/** `HIGH` takes more for an attack, and more for one that is none. */
export type Sensitivity = 'LOW' | 'HIGH';

export function isSqlInjection(text: string, sensitivity: Sensitivity): boolean {
  if (text.length < 3) return false;
  if (isAttack(sqlTokens(text, ''), false, sensitivity)) return true;
  if (text.includes("'") && isAttack(sqlTokens(text, "'"), true, sensitivity)) return true;
  return text.includes('"') && isAttack(sqlTokens(text, '"'), true, sensitivity);
}

const patterns: readonly RegExp[] = [
  /X/,
  // union select
  /U(?:k|\()*E/,
  // a second statement
  /;(?:\()*(?:E|U)/,
  // 1 or 1=1, ' or 'a'='a, 1) or (1=1
  /^\(?[1sv](?:[o(),]*[1svn]?){0,3}\)*[&|](?:o|\()*[1svf](?:$|[o)&|;,c(])/,
  /^\(?[1sv](?:[o(),]*[1svn]?){0,3}\)*[&|](?:o|\()*[nk]\(?\)*[o(]/,
  /^n\)*[&|](?:o|\()*[1sv][o][1svn]/,
  // a subquery, a call for time or secrets
  /[&|o]\(+E/,
  /^[1sv]\)*[&|o,;](?:o|\()*f\(/,
  // 1 order by 2, ' having 1=1, 1 limit 1 into outfile '…'
  /^[1s]\)*kk?(?:[1svf(])/,
  // 1=(select…, 1-sleep(5)
  /^[1svn]o\(*[fE]/,
];

function isAttack(tokens: readonly SqlToken[], isWithinString: boolean, sensitivity: Sensitivity): boolean {
  if (tokens.length < 2) return false;
  const kinds = tokens.map(({ kind }) => kind).join('');
  if (patterns.some((pattern) => pattern.test(kinds))) {
    return !isPlainWords(tokens, kinds);
  }
  if (isStatement(tokens, kinds)) return true;
  if (/^E?f\(/.test(kinds) && isTimed(tokens)) return true;
  // Out of the string, and the rest of the statement made a comment: admin'--
  if (isWithinString && /^s(?:\)|[1n])*c$/.test(kinds)) return true;
  // '+' and '||' between two strings; ' group by x
  if (isWithinString && /^s(?:[o|](?:s|f\(|v)|\)*kk[1nsv])/.test(kinds)) return true;
  if (!isWithinString && /^1\)*c$/.test(kinds) && !tokens.at(-1)!.text.startsWith('#')) return true;
  if (sensitivity === 'LOW') return false;
  return (
    /^[1snv]\)*[&|;]/.test(kinds) || /^[snv1]o[snv1]/.test(kinds) || /[1sn)]c$/.test(kinds) || kinds.includes('f(')
  );
}

/** `sleep(5)` alone says enough, `count(1)` does not. */
function isTimed(tokens: readonly SqlToken[]): boolean {
  return tokens.some(
    ({ kind, text }) =>
      kind === 'f' && /^(?:sleep|benchmark|pg_sleep|load_file|extractvalue|updatexml|xp_|sp_|utl_|dbms_)/.test(text),
  );
}

/** A text of words with `or` and `and` between has no operator, quote or number that SQL would need. */
function isPlainWords(tokens: readonly SqlToken[], kinds: string): boolean {
  return !/[1soUXf(;cv]/.test(kinds) && !tokens.some(({ kind }) => kind === 'E');
}

/** A whole statement: `select … from`, `drop table`, `insert into`, `exec xp_…`. */
function isStatement(tokens: readonly SqlToken[], kinds: string): boolean {
  if (!/^[(s1)]*;?E/.test(kinds)) return false;
  const texts = tokens.map(({ text }) => text);
  const at = kinds.indexOf('E');
  const [verb, next, third] = [texts[at], texts[at + 1], texts[at + 2]];
  switch (verb) {
    case 'select': {
      const from = texts.indexOf('from', at);
      const listed = kinds.slice(at + 1, from < 0 ? undefined : from);
      if (/^\(?(?:o|f|v|1|s)/.test(listed)) return from >= 0 || /^(?:f\(|v)/.test(listed);
      return from >= 0 && /^n(?:,n)*$/.test(listed);
    }
    case 'insert':
      return next === 'into' && (texts.includes('values') || texts.includes('select'));
    case 'delete':
      return (
        next === 'from' &&
        (third === undefined ||
          kinds.length <= at + 3 ||
          texts[at + 3] === 'where' ||
          kinds[at + 3] === 'c' ||
          kinds[at + 3] === ';')
      );
    case 'update':
      return texts[at + 2] === 'set' && kinds.slice(at + 3).includes('o');
    case 'drop':
    case 'truncate':
    case 'alter':
    case 'create':
      return next !== undefined && /^(?:table|database|schema|view|user|index|function|procedure)$/.test(next);
    case 'exec':
    case 'execute':
      return /^(?:xp_|sp_|master\.)/.test(next ?? '') || kinds[at + 1] === '(' || kinds[at + 1] === 'v';
    case 'waitfor':
      return next === 'delay';
    case 'declare':
      return kinds[at + 1] === 'v';
    default:
      return false;
  }
}
