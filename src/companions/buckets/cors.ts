/** A bucket's CORS configuration at work: the first rule that fits a page's origin, method and headers decides. */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { CORSRule } from '../../wire/generated/s3.ts';

export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Of a preflight: the headers the request will have. */
  readonly headers: readonly string[];
}

/** Of a request with an Origin: what its page asks. */
export function corsQuestion(request: {
  readonly method: string;
  readonly headers: HeaderList;
}): CorsQuestion | undefined {
  const origin = headerValue(request.headers, 'origin');
  if (origin === undefined) return undefined;
  const announced = headerValue(request.headers, 'access-control-request-method');
  const isPreflight = request.method === 'OPTIONS';
  const listed = isPreflight ? (headerValue(request.headers, 'access-control-request-headers') ?? '') : '';
  return {
    origin,
    method: isPreflight ? (announced ?? '') : request.method,
    headers: listed
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  };
}

/** Headers that let the page read the answer; undefined when no rule does. */
export function corsHeaders(
  rules: readonly CORSRule[],
  { origin, method, headers }: CorsQuestion,
): HeaderList | undefined {
  for (const { AllowedOrigins, AllowedMethods, AllowedHeaders = [], ExposeHeaders = [], MaxAgeSeconds } of rules) {
    const pattern = AllowedOrigins.find((allowed) => fits(allowed, origin));
    if (pattern === undefined || !AllowedMethods.includes(method)) continue;
    if (!headers.every((name) => AllowedHeaders.some((allowed) => fits(allowed.toLowerCase(), name)))) continue;
    return [
      ...['Access-Control-Allow-Origin', pattern === '*' ? '*' : origin],
      ...['Access-Control-Allow-Methods', AllowedMethods.join(', ')],
      ...(headers.length > 0 ? ['Access-Control-Allow-Headers', headers.join(', ')] : []),
      ...(ExposeHeaders.length > 0 ? ['Access-Control-Expose-Headers', ExposeHeaders.join(', ')] : []),
      ...(MaxAgeSeconds !== undefined ? ['Access-Control-Max-Age', String(MaxAgeSeconds)] : []),
      ...(pattern === '*' ? [] : ['Access-Control-Allow-Credentials', 'true']),
      ...['Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'],
    ];
  }
  return undefined;
}

/** At most one `*` stands for anything. */
function fits(allowed: string, text: string): boolean {
  const [before, after] = allowed.split('*', 2) as [string, string?];
  if (after === undefined) return allowed === text;
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}
