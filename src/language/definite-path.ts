/** JSON paths that name at most one value: `$.a.b[0]['c']`. Paths that may find many (`..`, `*`, slices, filters) are not read here. */

/** Member names and list positions, outermost first; a negative position counts from the end. */
export type DefinitePath = readonly (string | number)[];

const step = /\.?\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+))\]|\.?([A-Za-z_$][\w$-]*|[\w-]+)/y;

/** The steps of a path, with or without its leading `$`; undefined when it is no definite path. */
export function parseDefinitePath(text: string): DefinitePath | undefined {
  const steps: (string | number)[] = [];
  let at = text === '$' || text.startsWith('$.') || text.startsWith('$[') ? 1 : 0;
  while (at < text.length) {
    // Between two names stands a point; only the first name may go without.
    if (steps.length > 0 && text[at] !== '.' && text[at] !== '[') return undefined;
    step.lastIndex = at;
    const found = step.exec(text);
    if (found === null) return undefined;
    const [whole, single, double, index, name] = found;
    steps.push(index !== undefined ? Number(index) : (name ?? (single ?? double)!.replace(/\\(.)/g, '$1')));
    at += whole.length;
  }
  return steps;
}

/** The value at a path; undefined when there is none. Only own members count, so no path reaches a prototype. */
export function readDefinitePath(value: unknown, path: DefinitePath): unknown {
  let found = value;
  for (const part of path) {
    if (Array.isArray(found)) found = typeof part === 'number' ? found.at(part) : undefined;
    else if (typeof found !== 'object' || found === null) return undefined;
    else found = Object.hasOwn(found, part) ? (found as Record<string, unknown>)[part] : undefined;
  }
  return found;
}
