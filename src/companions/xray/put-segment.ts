/** A segment document that a program put, checked (X-Ray developer guide, segment documents). */
import type { SegmentDocument } from './documents.ts';

type Read =
  | { readonly segment: SegmentDocument & { readonly trace_id: string } }
  | { readonly id: string | undefined; readonly code: string; readonly why: string };

const maxBytes = 64 * 1024;
const traceId = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/;
const segmentId = /^[0-9a-f]{16}$/;

export function readSegment(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { id: undefined, code: 'ParseError', why: 'Invalid segment. ErrorCode: ParseError' };
  }
  const document = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const id = typeof document['id'] === 'string' ? document['id'] : undefined;
  const refuse = (code: string): Read => ({ id, code, why: `Invalid segment. ErrorCode: ${code}` });
  if (Buffer.byteLength(text) > maxBytes) return refuse('SegmentTooLarge');
  if (id === undefined || !segmentId.test(id)) return refuse('InvalidId');
  if (typeof document['trace_id'] !== 'string' || !traceId.test(document['trace_id'])) return refuse('InvalidTraceId');
  if (typeof document['name'] !== 'string' || document['name'] === '') return refuse('InvalidName');
  if (
    document['parent_id'] !== undefined &&
    !(typeof document['parent_id'] === 'string' && segmentId.test(document['parent_id']))
  ) {
    return refuse('InvalidParentId');
  }
  const { start_time: start, end_time: end, in_progress: isOpen } = document;
  if (!isTime(start)) return refuse('InvalidStartTime');
  if (end === undefined ? isOpen !== true : !isTime(end) || end < start) return refuse('InvalidEndTime');
  if (!isWellFormed(document)) return refuse('InvalidDocument');
  return { segment: document as unknown as SegmentDocument & { readonly trace_id: string } };
}

/** What is read of a document later has the types it must have, in subsegments too. */
function isWellFormed(document: Record<string, unknown>, depth = 0): boolean {
  const { subsegments = [], annotations = {}, http = {}, name, start_time: start, end_time: end } = document;
  if (depth > 50 || typeof name !== 'string' || !isTime(start)) return false;
  if (end !== undefined && !isTime(end)) return false;
  for (const flag of ['error', 'fault', 'throttle']) {
    if (document[flag] !== undefined && typeof document[flag] !== 'boolean') return false;
  }
  for (const member of ['origin', 'namespace', 'resource_arn', 'user']) {
    if (document[member] !== undefined && typeof document[member] !== 'string') return false;
  }
  if (
    !isObject(annotations) ||
    !Object.values(annotations).every((each) => /^(string|number|boolean)$/.test(typeof each))
  )
    return false;
  if (!isObject(http) || !isObject(http['request'] ?? {}) || !isObject(http['response'] ?? {})) return false;
  const status = ((http['response'] ?? {}) as Record<string, unknown>)['status'];
  if (status !== undefined && !Number.isInteger(status)) return false;
  return (
    Array.isArray(subsegments) &&
    subsegments.every((each) => isObject(each) && typeof each['id'] === 'string' && isWellFormed(each, depth + 1))
  );
}

/** Seconds since the epoch, of no age that a date cannot have. */
const isTime = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < 8.64e12;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
