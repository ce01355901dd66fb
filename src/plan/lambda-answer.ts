/** What a function behind a Lambda proxy integration may answer (rows LPV1-12 to LPV1-19 and the recorded answers). Anything else is 502. */
import type { HeaderList } from '../base/headers.ts';

export interface ProxyAnswer {
  readonly status: number;
  /** Names as the function wrote them; Content-Type is not among them. */
  readonly headers: HeaderList;
  readonly contentType: string;
  /** Whether the function said the Content-Type itself. */
  readonly namesContentType: boolean;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const members = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** A line break would end the header, a NUL the request of a careless client. */
const notInHeaders = /[\0\r\n]/;

/** Reads a function's answer; a sentence saying what is wrong with it when it is malformed. */
export function readProxyAnswer(payload: string): ProxyAnswer | string {
  const value = parsed(payload);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `the answer is not a JSON object: ${payload.slice(0, 200)}`;
  }
  const answer = value as Record<string, unknown>;
  const names = Object.keys(answer);
  if (names.length === 0) return 'the answer is {}, which has none of statusCode, headers, multiValueHeaders and body';
  const unknown = names.find((name) => !members.has(name));
  if (unknown !== undefined)
    return `the answer has the unknown member ${unknown}; known are ${[...members].join(', ')}`;
  return readProxyMembers(answer, 'application/json');
}

/** The same of the members alone, whatever stands beside them. `defaultType` is that of an answer without Content-Type. */
export function readProxyMembers(answer: Readonly<Record<string, unknown>>, defaultType: string): ProxyAnswer | string {
  const status = readStatus(answer['statusCode']);
  if (status === undefined)
    return `statusCode is ${JSON.stringify(answer['statusCode'])}, expected a number such as 200`;
  const body = answer['body'] ?? '';
  if (typeof body !== 'string') return `body is of type ${typeof body}, expected a string (JSON.stringify an object)`;
  const isBase64Encoded = answer['isBase64Encoded'] ?? false;
  if (typeof isBase64Encoded !== 'boolean') return 'isBase64Encoded is not a boolean';

  const headers = readHeaders(answer['headers'] ?? {}, answer['multiValueHeaders'] ?? {}, defaultType);
  if (typeof headers === 'string') return headers;
  return { status, ...headers, body, isBase64Encoded };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 200 when absent; a number or its text (recorded: `"201"` works). */
function readStatus(value: unknown): number | undefined {
  if (value === undefined || value === null) return 200;
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599
    ? (status as number)
    : undefined;
}

/**
 * Both maps as one list. A name in both keeps the casing and the values of the multi-value map, the single value added when it is not among
 * them (recorded; guide page set-up-lambda-proxy-integrations).
 */
function readHeaders(
  single: unknown,
  multi: unknown,
  defaultType: string,
): Pick<ProxyAnswer, 'headers' | 'contentType' | 'namesContentType'> | string {
  if (typeof single !== 'object' || single === null || Array.isArray(single)) return 'headers is not an object';
  if (typeof multi !== 'object' || multi === null || Array.isArray(multi)) return 'multiValueHeaders is not an object';
  const merged = new Map<string, { name: string; values: string[] }>();
  for (const [name, values] of Object.entries(multi)) {
    if (!Array.isArray(values)) return `multiValueHeaders.${name} is not a list`;
    const texts: string[] = [];
    for (const value of values) {
      const text = headerText(value);
      if (text === undefined) return `multiValueHeaders.${name} holds a value that is no text`;
      texts.push(text);
    }
    merged.set(name.toLowerCase(), { name, values: texts });
  }
  for (const [name, value] of Object.entries(single)) {
    // A header the function left null is a header it did not set.
    if (value === null) continue;
    const text = headerText(value);
    if (text === undefined) return `headers.${name} is no text`;
    const known = merged.get(name.toLowerCase());
    if (known === undefined) merged.set(name.toLowerCase(), { name, values: [text] });
    else if (!known.values.includes(text)) known.values.push(text);
  }

  const headers: HeaderList = [];
  let contentType = defaultType;
  for (const [lowerName, { name, values }] of merged) {
    if (!headerName.test(name)) return `${JSON.stringify(name)} is no header name`;
    for (const value of values) {
      if (notInHeaders.test(value)) return `the value of header ${name} holds a line break or NUL`;
      if (lowerName === 'content-type') contentType = value;
      else headers.push(name, value);
    }
  }
  return { headers, contentType, namesContentType: merged.has('content-type') };
}

/** Strings, numbers and booleans are texts (recorded: `true` becomes "true"). */
function headerText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
