/** SQL as an attacker's fragment of it reads: tokens of one letter each, what matters to a detector kept and nothing else. */

/**
 * `1` number, `s` string, `n` name, `v` variable, `&` and/or, `o` operator, `f` function that only attacks call, `(` `)` `,` `;`, `c` comment, `U` union,
 * `E` the verb of a statement, `k` another keyword, `X` what no honest text holds.
 */
export interface SqlToken {
  readonly kind: string;
  /** Lower case. */
  readonly text: string;
}

const logic = new Set(['and', 'or', 'xor', 'nand']);
const operators = new Set([
  'like',
  'rlike',
  'regexp',
  'is',
  'in',
  'between',
  'div',
  'mod',
  'ilike',
  'similar',
  'sounds',
  'binary',
  'collate',
  'not',
]);
const verbs = new Set([
  ...[
    'select',
    'insert',
    'update',
    'delete',
    'drop',
    'create',
    'alter',
    'truncate',
    'exec',
    'execute',
    'declare',
    'merge',
  ],
  ...[
    'grant',
    'revoke',
    'shutdown',
    'waitfor',
    'call',
    'replace',
    'handler',
    'load',
    'copy',
    'begin',
    'if',
    'rename',
    'use',
    'kill',
    'backup',
    'restore',
  ],
]);
const keywords = new Set([
  ...[
    'from',
    'where',
    'having',
    'group',
    'order',
    'by',
    'limit',
    'offset',
    'into',
    'outfile',
    'dumpfile',
    'values',
    'table',
    'database',
    'schema',
  ],
  ...[
    'set',
    'as',
    'all',
    'distinct',
    'case',
    'when',
    'then',
    'else',
    'end',
    'exists',
    'null',
    'procedure',
    'analyse',
    'delay',
    'top',
    'join',
    'on',
    'user',
    'view',
    'index',
    'function',
  ],
]);
/** Called for nothing but time, files, errors and secrets. */
const attackFunctions = new Set([
  ...[
    'sleep',
    'benchmark',
    'pg_sleep',
    'dbms_pipe.receive_message',
    'waitfor',
    'load_file',
    'extractvalue',
    'updatexml',
    'xp_cmdshell',
    'xp_dirtree',
  ],
  ...[
    'sp_executesql',
    'sp_password',
    'sp_oacreate',
    'utl_http.request',
    'utl_inaddr.get_host_address',
    'ctxsys.drithsx.sn',
    'randomblob',
    'group_concat',
  ],
  ...[
    'information_schema.tables',
    'make_set',
    'elt',
    'char',
    'chr',
    'unhex',
    'ascii',
    'ord',
    'substring',
    'substr',
    'mid',
    'concat',
    'concat_ws',
    'convert',
    'cast',
  ],
  ...[
    'database',
    'version',
    'current_user',
    'system_user',
    'session_user',
    'user',
    'hex',
    'length',
    'exp',
    'floor',
    'rand',
    'count',
    'if',
    'ifnull',
    'isnull',
    'nullif',
  ],
]);

/** Nobody injects after so many; what comes later cannot change what the beginning is. */
const maxTokens = 120;

/** `within` is the quote that the text stands in, whose end ends a string; '' for none. */
export function sqlTokens(text: string, within: '' | "'" | '"'): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  if (within !== '') {
    at = endOfString(text, 0, within);
    if (at < 0) return [];
    tokens.push({ kind: 's', text: '' });
  }
  while (at < text.length && tokens.length < maxTokens) {
    const rest = text[at]!;
    if (/[\s\0\x0b\xa0]/.test(rest)) at++;
    else at = tokenAt(text, at, tokens);
  }
  return tokens;
}

/** The index behind the quote that ends a string; -1 when none does. Doubled and escaped ones do not. */
function endOfString(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return -1;
}

function tokenAt(text: string, at: number, tokens: SqlToken[]): number {
  const push = (kind: string, end: number): number => {
    tokens.push({ kind, text: text.slice(at, Math.min(end, at + 40)).toLowerCase() });
    return end;
  };
  const char = text[at]!;
  if (text.startsWith('/*!', at)) return push('X', text.length);
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    // Between two tokens it is a space; an open one hides the rest of the statement.
    return end < 0 ? push('c', text.length) : end + 2;
  }
  if (text.startsWith('--', at) && (at + 2 === text.length || !/\d/.test(text[at + 2]!)))
    return push('c', endOfLine(text, at));
  if (char === '#') return push('c', endOfLine(text, at));
  if (char === "'" || char === '"' || char === '`') {
    const end = endOfString(text, at + 1, char);
    return push(char === '`' ? 'n' : 's', end < 0 ? text.length : end);
  }
  if (char === '@') return push('v', at + (/^@{1,2}[\w$.]*/.exec(text.slice(at, at + 100))?.[0].length ?? 1));
  const number = /^(?:0x[0-9a-f]+|0b[01]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)(?![\w])/i.exec(text.slice(at, at + 100));
  if (number !== null) return push('1', at + number[0].length);
  const word = /^[a-z_\x80-\xff\d][\w$.\x80-\xff]*/i.exec(text.slice(at, at + 200));
  if (word !== null) return push(kindOfWord(word[0].toLowerCase(), text, at + word[0].length), at + word[0].length);
  if ('(),;'.includes(char)) return push(char, at + 1);
  if (text.startsWith('&&', at) || text.startsWith('||', at)) return push(char === '&' ? '&' : '|', at + 2);
  const operator = /^[=<>!~^%+*/|&:-]+?(?=$|[^=<>!~^%*|&:]|--|\/\*)/.exec(text.slice(at, at + 10));
  return operator === null ? push('?', at + 1) : push('o', at + operator[0].length);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

function kindOfWord(word: string, text: string, end: number): string {
  if (word === 'union') return 'U';
  if (word === 'true' || word === 'false') return '1';
  if (logic.has(word)) return '&';
  const isCalled = /^\s*\(/.test(text.slice(end, end + 10));
  if (isCalled && attackFunctions.has(word)) return 'f';
  if (operators.has(word)) return 'o';
  if (verbs.has(word)) return 'E';
  return keywords.has(word) ? 'k' : 'n';
}
