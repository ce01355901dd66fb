/** The five ways a text can hold another ("String match rule statement"). */

/** Undefined for a constraint nobody knows. */
export function compileByteMatch(search: string, constraint: string): ((text: string) => boolean) | undefined {
  switch (constraint) {
    case 'EXACTLY':
      return (text) => text === search;
    case 'STARTS_WITH':
      return (text) => text.startsWith(search);
    case 'ENDS_WITH':
      return (text) => text.endsWith(search);
    case 'CONTAINS':
      return (text) => text.includes(search);
    case 'CONTAINS_WORD':
      return (text) => containsWord(text, search);
    default:
      return undefined;
  }
}

/** A word is of letters, digits and underscores; what is searched stands with none of them beside it. */
function containsWord(text: string, search: string): boolean {
  for (let at = text.indexOf(search); at >= 0; at = text.indexOf(search, at + 1)) {
    if (!isWordChar(text[at - 1]) && !isWordChar(text[at + search.length])) return true;
  }
  return false;
}

const isWordChar = (char: string | undefined): boolean => char !== undefined && /\w/.test(char);
