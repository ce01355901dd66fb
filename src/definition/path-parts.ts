/** What one segment of a REST API path may look like: `pets`, `{id}` or `{proxy+}` (rows V1-09 to V1-11). */

const literal = /^[a-zA-Z0-9._\-:,~$]+$/;
const variable = /^\{[a-zA-Z0-9._\-:$]+\+?\}$/;

/** Literal text, or one whole variable; text and braces do not mix in a segment. */
export const isPathPart = (part: string): boolean => literal.test(part) || variable.test(part);

export const isVariable = (part: string): boolean => variable.test(part);

/** `{name+}` takes the rest of the path, so nothing can stand below it. */
export const isGreedy = (part: string): boolean => variable.test(part) && part.endsWith('+}');

/** The path of a child: `/` and `pets` give `/pets`, `/pets` and `{id}` give `/pets/{id}`. */
export const childPath = (parentPath: string, part: string): string =>
  parentPath === '/' ? `/${part}` : `${parentPath}/${part}`;
