/**
 * What templates override: `$context.requestOverride` and `$context.responseOverride` of one exchange (rows MAP-16, MAP-17; guide page
 * apigateway-override-request-response-parameters). They act after the whole template is rendered, and beat parameter mappings.
 */
import type { HeaderList } from '../base/headers.ts';
import { textOf } from '../language/vtl/java-text.ts';
import type { VtlValue } from '../language/vtl/values.ts';

export interface Override {
  /** As the template wrote it. */
  readonly name: string;
  readonly value: Exclude<VtlValue, null>;
}

/** By name; headers by lower-case name. */
export type OverridesByName = Map<string, Override>;

/** Those of the request outlive it: what the request template sets, the response template can read. */
export interface Overrides {
  readonly request: {
    readonly header: OverridesByName;
    readonly path: OverridesByName;
    readonly querystring: OverridesByName;
  };
  readonly response: { readonly header: OverridesByName; status: Exclude<VtlValue, null> | undefined };
}

export function newOverrides(): Overrides {
  return {
    request: { header: new Map(), path: new Map(), querystring: new Map() },
    response: { header: new Map(), status: undefined },
  };
}

/** The values to send: a list is several. */
export function overrideValues({ value }: Override): readonly string[] {
  if (!Array.isArray(value)) return [textOf(value)];
  return value.filter((each) => each !== null).map(textOf);
}

/**
 * The status a template asks for: undefined when it asks for none, NaN when that is no status an exchange can end with.
 */
export function overriddenStatus(overrides: Overrides | undefined): number | undefined {
  const status = overrides?.response.status;
  if (status === undefined) return undefined;
  const text = textOf(status);
  return /^[2-5]\d\d$/.test(text) ? Number(text) : Number.NaN;
}

/** A field name (RFC 9110 section 5.1). */
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export function isFieldName(name: string): boolean {
  return fieldName.test(name);
}

/** Sets a header to these values, in the place of what the list has under its name. */
export function replaceHeader(headers: HeaderList, name: string, values: readonly string[]): void {
  const lowerName = name.toLowerCase();
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    if (headers[i]!.toLowerCase() === lowerName) headers.splice(i, 2);
  }
  for (const value of values) headers.push(name, value);
}
