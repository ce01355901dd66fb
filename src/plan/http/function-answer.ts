/** What a function behind an HTTP API may answer (rows LPV2-08 to LPV2-11). Anything else is 500. */
import type { HeaderList } from '../../base/headers.ts';
import { readProxyMembers } from '../lambda-answer.ts';

export interface FunctionAnswer {
  readonly status: number;
  /** Without Content-Type. */
  readonly headers: HeaderList;
  readonly contentType: string;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Of an answer with a status and no Content-Type (row LPV2-11). */
const defaultContentType = 'text/plain;charset=UTF-8';

/** Reads an answer by payload format 2.0; a sentence saying what is wrong with it when it is malformed. */
export function readAnswer2(payload: string): FunctionAnswer | string {
  const value = parsed(payload);
  if (value === undefined) return `the answer is not JSON: ${payload.slice(0, 200)}`;
  if (!isObject(value)) return inferred(value, payload);
  const { statusCode, cookies = [], multiValueHeaders: _, ...members } = value;
  if (statusCode === undefined || statusCode === null) return inferred(value, payload);
  if (!Array.isArray(cookies) || !cookies.every((cookie) => typeof cookie === 'string')) {
    return 'cookies is no list of strings';
  }
  const unsafe = cookies.find((cookie) => /[\0\r\n]/.test(cookie));
  if (unsafe !== undefined) return `the cookie ${JSON.stringify(unsafe)} holds a line break or NUL`;
  const answer = readProxyMembers({ statusCode, ...members }, defaultContentType);
  if (typeof answer === 'string') return answer;
  return { ...answer, headers: [...answer.headers, ...cookies.flatMap((cookie) => ['set-cookie', cookie])] };
}

/** JSON without a statusCode is the body itself (row LPV2-08); a text is sent without its quotes. */
function inferred(value: unknown, payload: string): FunctionAnswer {
  const body = typeof value === 'string' ? value : payload;
  return { status: 200, headers: [], contentType: 'application/json', body, isBase64Encoded: false };
}

/**
 * Reads an answer by payload format 1.0, which must name its status here (guide page http-api-develop-integrations-lambda). What else it has is not
 * looked at: that unknown members are refused is recorded of REST APIs only.
 */
export function readAnswer1(payload: string): FunctionAnswer | string {
  const value = parsed(payload);
  if (!isObject(value)) return `the answer is no JSON object: ${payload.slice(0, 200)}`;
  const { statusCode } = value;
  if (statusCode === undefined || statusCode === null) return 'the answer has no statusCode';
  return readProxyMembers(value, defaultContentType);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
