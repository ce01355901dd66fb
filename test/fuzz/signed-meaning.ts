/**
 * What a signed request says, however it is spelt: written once more beside the verifier and from the rules alone ("Create a signed AWS API request" in
 * the IAM user guide), so that a fuzzer has a second opinion. The spellings that make no difference are named here.
 */
import type { HeaderList } from '../../src/base/headers.ts';
import type { SentRequest } from './signature-fuzz.ts';

/** Equal for two requests exactly when a signature of the one may be good for the other; the time of arrival left out. */
export function signedMeaning({ method, path, query, headers, body }: SentRequest): string {
  const authorization = valuesOf(headers, 'authorization')[0];
  const parameters = parametersOf(query);
  const fields = authorization === undefined ? undefined : fieldsOf(authorization);
  const presigned = (name: string): string | undefined => parameters.find(([each]) => each === name)?.[1];
  // Names of signed headers in any case.
  const names = (fields?.get('SignedHeaders') ?? presigned('X-Amz-SignedHeaders') ?? '').toLowerCase().split(';');
  return JSON.stringify([
    method,
    pathOf(path),
    // The order of parameters makes no difference, and a signature is no part of what is signed: the first one counts.
    parameters
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map((pair) => JSON.stringify(pair))
      .sort(),
    fields === undefined
      ? presigned('X-Amz-Signature')
      : // Other fields say nothing.
        [fields.get(''), fields.get('Credential'), fields.get('Signature')],
    // Headers that are not signed are nobody's business, and neither is the case of a name.
    names.map((name) => [name, valuesOf(headers, name).map(withoutWhiteSpace).join(',')]),
    // Whose body is not signed says so, and that is signed.
    names.includes(payloadHash) && valuesOf(headers, payloadHash)[0] === 'UNSIGNED-PAYLOAD' ? 'any' : ['this', body],
  ]);
}

const payloadHash = 'x-amz-content-sha256';

function valuesOf(headers: HeaderList, lowerName: string): string[] {
  return headers.filter((_, i) => i % 2 === 1 && headers[i - 1]!.toLowerCase() === lowerName);
}

/** White space around a value, and how much of it within. */
function withoutWhiteSpace(value: string): string {
  return value
    .split(/[ \t]+/)
    .filter((word) => word !== '')
    .join(' ');
}

/** Of an Authorization header, the scheme under the empty name; the last of two counts, and white space around them does not. */
function fieldsOf(authorization: string): Map<string, string> {
  const text = authorization.trim();
  const [scheme = ''] = text.split(' ', 1);
  const parts = text.slice(scheme.length).split(',');
  const fields = parts.map((part) => {
    const [name = '', ...value] = part.trim().split('=');
    return [name, value.join('=')] as const;
  });
  return new Map([...fields.filter(([name]) => name !== ''), ['', scheme]]);
}

/** Empty parameters, `a` for `a=`, `+` for a space. */
function parametersOf(query: string): [string, string][] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
      return [bytesOf(name), bytesOf(value.join('='))];
    });
}

/** Runs of slashes and dot segments, as the rules normalise them; a slash at the end is kept. */
function pathOf(path: string): unknown {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(bytesOf(segment));
  }
  return [kept, path.endsWith('/') && kept.length > 0];
}

/** An escape in either case, and a byte that is escaped or not; a `%` that begins no escape is itself. */
function bytesOf(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
