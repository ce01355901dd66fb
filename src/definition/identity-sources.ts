/** Where an authorizer finds who is calling: `method.request.header.Authorization`, comma separated (rows LA-02, LA-03). */

export interface IdentitySource {
  readonly kind: 'header' | 'querystring' | 'stage-variable' | 'context';
  /** As written: header names are compared without regard to case, the others with. */
  readonly name: string;
}

const name = '([a-zA-Z0-9._-]+)';
const forms: readonly (readonly [IdentitySource['kind'], RegExp])[] = [
  ['header', new RegExp(`^(?:method\\.request\\.header\\.)${name}$`)],
  ['querystring', new RegExp(`^(?:method\\.request\\.querystring\\.)${name}$`)],
  ['stage-variable', new RegExp(`^stageVariables\\.${name}$`)],
  ['context', new RegExp(`^context\\.${name}$`)],
];

/** The sources in the order written; undefined when one of them is none. An empty text has none. */
export function identitySourcesOf(text: string): readonly IdentitySource[] | undefined {
  if (text.trim() === '') return [];
  const sources: IdentitySource[] = [];
  for (const part of text.split(',')) {
    const source = sourceOf(part.trim());
    if (source === undefined) return undefined;
    sources.push(source);
  }
  return sources;
}

function sourceOf(expression: string): IdentitySource | undefined {
  for (const [kind, form] of forms) {
    const found = form.exec(expression)?.[1];
    if (found !== undefined) return { kind, name: found };
  }
  return undefined;
}
