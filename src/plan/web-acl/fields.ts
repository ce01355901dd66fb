/**
 * The part of a request that a statement looks at ("Request components in AWS WAF"): several texts where it has several values, none where the request lacks
 * it. Texts are bytes as latin1.
 */
import { type HeaderList, headerValue, headerValues } from '../../base/headers.ts';
import type { FieldToMatch, Oversize } from '../../ports/web-acls.ts';
import type { Exchange } from '../exchange.ts';
import { type JsonElement, jsonElements } from './json-elements.ts';

/** What to compare; a boolean where the answer is settled already, by what is oversize or unreadable. */
export type Field = (x: Exchange) => readonly string[] | boolean;

/** Headers and cookies beyond these are oversize. */
const maxPartBytes = 8_192;
const maxParts = 200;

/** A field, or the sentence that says why it cannot be looked at. `maxBodyBytes` of the body are inspected. */
export function compileField(field: FieldToMatch, maxBodyBytes: number): Field | string {
  const { SingleHeader, SingleQueryArgument, JsonBody, Headers, Cookies, HeaderOrder, Body, UriFragment } = field;
  if (field.UriPath) return (x) => [uriPath(x)];
  if (field.QueryString) return (x) => [x.request.query];
  if (field.Method) return (x) => [x.request.method];
  if (SingleHeader) {
    const { Name } = SingleHeader;
    return (x) => headerValues(x.request.headers, Name.toLowerCase());
  }
  if (SingleQueryArgument) {
    const name = SingleQueryArgument.Name.toLowerCase();
    return (x) => queryArguments(x).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
  }
  if (field.AllQueryArguments) return (x) => queryArguments(x).map(([, value]) => value);
  if (Body) return bodyField(Body.OversizeHandling ?? 'CONTINUE', maxBodyBytes, (text) => [text]);
  if (JsonBody) return bodyField(JsonBody.OversizeHandling ?? 'CONTINUE', maxBodyBytes, jsonField(JsonBody));
  if (Headers) {
    const { IncludedHeaders, ExcludedHeaders } = Headers.MatchPattern;
    return partsField(Headers, IncludedHeaders, ExcludedHeaders, (x) => pairsOf(x.request.headers));
  }
  if (Cookies) {
    const { IncludedCookies, ExcludedCookies } = Cookies.MatchPattern;
    return partsField(Cookies, IncludedCookies, ExcludedCookies, cookiesOf);
  }
  if (HeaderOrder) {
    return function headerNamesInOrder(x) {
      const [parts, isOversize] = limited(pairsOf(x.request.headers));
      return settled(isOversize, HeaderOrder.OversizeHandling) ?? [parts.map(([name]) => name.toLowerCase()).join(':')];
    };
  }
  // No client sends one; AWS answers the same.
  if (UriFragment) return () => UriFragment.FallbackBehavior === 'MATCH';
  return `the field ${Object.keys(field).join(', ') || 'nothing'} cannot be inspected here`;
}

/** With the stage, as clients write it to the API's own host. */
export const uriPath = (x: Exchange): string => x.contextPath;

type Part = readonly [name: string, value: string];

/** As sent, nothing decoded. */
export function queryArguments({ request: { query } }: Exchange): Part[] {
  if (query === '') return [];
  return query.split('&').map((pair): Part => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
}

export function cookiesOf({ request }: Exchange): Part[] {
  const header = headerValues(request.headers, 'cookie').join('; ');
  if (header === '') return [];
  return header.split(';').map((pair): Part => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [pair.trim(), ''] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
  });
}

function pairsOf(headers: HeaderList): Part[] {
  const pairs: Part[] = [];
  for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i]!, headers[i + 1]!]);
  return pairs;
}

/** The first of them, and whether there were more than are inspected. */
function limited(parts: readonly Part[]): [readonly Part[], boolean] {
  let bytes = 0;
  for (const [i, [name, value]] of parts.entries()) {
    bytes += name.length + value.length;
    if (i >= maxParts || bytes > maxPartBytes) return [parts.slice(0, i), true];
  }
  return [parts, false];
}

function settled(isOversize: boolean, handling: Oversize): boolean | undefined {
  return !isOversize || handling === 'CONTINUE' ? undefined : handling === 'MATCH';
}

function partsField(
  {
    MatchScope,
    OversizeHandling,
  }: { readonly MatchScope: 'ALL' | 'KEY' | 'VALUE'; readonly OversizeHandling: Oversize },
  included: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  partsOf: (x: Exchange) => readonly Part[],
): Field {
  const lowered = (names: readonly string[]): Set<string> => new Set(names.map((name) => name.toLowerCase()));
  const only = included && lowered(included);
  const without = excluded && lowered(excluded);
  return function namedParts(x) {
    const [parts, isOversize] = limited(partsOf(x));
    const outcome = settled(isOversize, OversizeHandling);
    if (outcome !== undefined) return outcome;
    const wanted = parts.filter(([name]) => {
      const lower = name.toLowerCase();
      return (only?.has(lower) ?? true) && !(without?.has(lower) ?? false);
    });
    return wanted.flatMap(([name, value]) =>
      MatchScope === 'KEY' ? [name] : MatchScope === 'VALUE' ? [value] : [name, value],
    );
  };
}

function bodyField(handling: Oversize, maxBytes: number, read: (text: string) => readonly string[] | boolean): Field {
  return function inspectedBody({ request: { body } }) {
    if (body.length === 0) return [];
    const outcome = settled(body.length > maxBytes, handling);
    return outcome ?? read(body.toString('latin1', 0, Math.min(body.length, maxBytes)));
  };
}

function jsonField(spec: NonNullable<FieldToMatch['JsonBody']>): (text: string) => readonly string[] | boolean {
  const { MatchPattern, MatchScope, InvalidFallbackBehavior } = spec;
  const paths = MatchPattern.IncludedPaths;
  const isWanted = ({ pointer, isKey }: JsonElement): boolean => {
    if (MatchScope === (isKey ? 'VALUE' : 'KEY')) return false;
    return (
      paths === undefined || paths.some((path) => path === '/' || pointer === path || pointer.startsWith(`${path}/`))
    );
  };
  return function jsonTexts(text) {
    const { elements, isWhole } = jsonElements(text);
    if (!isWhole) {
      if (InvalidFallbackBehavior === 'MATCH') return true;
      if (InvalidFallbackBehavior === 'NO_MATCH') return false;
      if (InvalidFallbackBehavior === 'EVALUATE_AS_STRING') return [text];
    }
    return elements.filter(isWanted).map((element) => element.text);
  };
}

/** The client's address as a header tells it: several where the header holds several; undefined where it is missing. */
export function forwardedAddresses({ request }: Exchange, headerName: string): readonly string[] | undefined {
  const value = headerValue(request.headers, headerName.toLowerCase());
  return value?.split(',').map((each) => each.trim());
}
