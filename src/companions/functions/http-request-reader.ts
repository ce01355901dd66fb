/**
 * Reads HTTP/1.1 requests from one socket's bytes: the server half of the Lambda Runtime API. Written by hand because an invoke costs
 * two requests: a prototype with node:http on both sides took 400 µs per warm invoke, this takes 70–80 (bench/functions.ts).
 *
 * It takes what Amazon's runtime interface clients send (Content-Length or chunked bodies, pipelined or not) and is strict about the
 * rest: anything odd closes the connection. A body longer than the limit is read to its end but not kept.
 */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import { noBody } from '../../base/http.ts';

export interface RuntimeRequest {
  readonly method: string;
  readonly path: string;
  /** Trailers of a chunked body included. */
  readonly headers: HeaderList;
  /** Empty when `isTooLong`. */
  readonly body: Buffer;
  readonly isTooLong: boolean;
}

export interface RequestReader {
  /** Hands over the next bytes; every request they complete is reported before this returns. */
  push(chunk: Buffer): void;
}

interface ReaderEvents {
  /** The head of a request whose body comes next. What is given back takes the body piece by piece; the request is then reported without it. */
  onBody?(request: Pick<RuntimeRequest, 'method' | 'path' | 'headers'>): ((piece: Buffer) => void) | undefined;
  onRequest(request: RuntimeRequest): void;
  /** The client waits for `100 Continue` before it sends its body. */
  onExpectContinue(): void;
  /** What cannot be read as HTTP; nothing is reported after it. */
  onMalformed(reason: string): void;
}

const maxHeadBytes = 64 * 1024;
const maxChunkLineBytes = 1024;
const maxTrailers = 200;
const headEnd = Buffer.from('\r\n\r\n');

/** A reader for one connection; bodies over `maxBodyBytes` are reported as too long. */
export function createRequestReader(maxBodyBytes: number, events: ReaderEvents): RequestReader {
  let pending: Buffer = noBody;
  let state: 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'broken' = 'head';
  let head: { method: string; path: string; headers: HeaderList } | undefined;
  let bodyParts: Buffer[] = [];
  let keptBytes = 0;
  let remaining = 0;
  let isTooLong = false;
  let takePiece: ((piece: Buffer) => void) | undefined;

  function malformed(reason: string): false {
    state = 'broken';
    pending = noBody;
    bodyParts = [];
    events.onMalformed(reason);
    return false;
  }

  function finish(): true {
    const body =
      isTooLong || keptBytes === 0 ? noBody : bodyParts.length === 1 ? bodyParts[0]! : Buffer.concat(bodyParts);
    const request: RuntimeRequest = { ...head!, body, isTooLong };
    state = 'head';
    head = undefined;
    bodyParts = [];
    keptBytes = 0;
    isTooLong = false;
    takePiece = undefined;
    events.onRequest(request);
    return true;
  }

  function keep(bytes: Buffer): void {
    if (takePiece !== undefined) {
      if (bytes.length > 0) takePiece(bytes);
      return;
    }
    keptBytes += bytes.length;
    if (keptBytes > maxBodyBytes) {
      isTooLong = true;
      bodyParts = [];
    } else bodyParts.push(bytes);
  }

  /** Takes what `pending` has of the `remaining` bytes. */
  function takeRemaining(): void {
    const taken = pending.length <= remaining ? pending : pending.subarray(0, remaining);
    keep(taken);
    remaining -= taken.length;
    pending = pending.subarray(taken.length);
  }

  function readHead(): boolean {
    const end = pending.indexOf(headEnd);
    if (end > maxHeadBytes || (end === -1 && pending.length > maxHeadBytes)) return malformed('head longer than 64 KB');
    if (end === -1) return false;
    const parsed = parseHead(pending.toString('latin1', 0, end));
    if (parsed === undefined) return malformed('not an HTTP/1.1 request');
    pending = pending.subarray(end + 4);
    head = parsed;
    const encoding = headerValue(parsed.headers, 'transfer-encoding');
    const length = headerValue(parsed.headers, 'content-length');
    if (encoding !== undefined && (length !== undefined || encoding.toLowerCase() !== 'chunked')) {
      return malformed('unreadable transfer encoding');
    }
    if (length !== undefined && !/^\d{1,15}$/.test(length)) return malformed('unreadable content length');
    if (encoding === undefined && (length === undefined || length === '0')) return finish();
    if (headerValue(parsed.headers, 'expect')?.toLowerCase() === '100-continue') events.onExpectContinue();
    takePiece = events.onBody?.(parsed);
    remaining = encoding === undefined ? Number(length) : 0;
    state = encoding === undefined ? 'body' : 'chunk-size';
    return true;
  }

  function readChunkSize(): boolean {
    const end = pending.indexOf('\r\n');
    if (end === -1) return pending.length > maxChunkLineBytes ? malformed('endless chunk size') : false;
    const size = /^([0-9a-fA-F]{1,8})\s*(?:;.*)?$/.exec(pending.toString('latin1', 0, end));
    if (size === null) return malformed('unreadable chunk size');
    pending = pending.subarray(end + 2);
    remaining = Number.parseInt(size[1]!, 16);
    state = remaining === 0 ? 'trailers' : 'chunk';
    return true;
  }

  function readTrailer(): boolean {
    const end = pending.indexOf('\r\n');
    if (end === -1) return pending.length > maxHeadBytes ? malformed('endless trailers') : false;
    const line = pending.toString('latin1', 0, end);
    pending = pending.subarray(end + 2);
    if (line === '') return finish();
    const colon = line.indexOf(':');
    if (colon < 1 || head!.headers.length > maxTrailers) return malformed('unreadable trailer');
    head!.headers.push(line.slice(0, colon), line.slice(colon + 1).trim());
    return true;
  }

  /** One step; false when more bytes are needed. */
  function advance(): boolean {
    switch (state) {
      case 'head':
        return pending.length > 0 && readHead();
      case 'body':
        takeRemaining();
        return remaining === 0 && finish();
      case 'chunk-size':
        return readChunkSize();
      case 'chunk':
        takeRemaining();
        if (remaining === 0) state = 'chunk-end';
        return remaining === 0;
      case 'chunk-end':
        if (pending.length < 2) return false;
        if (pending[0] !== 13 || pending[1] !== 10) return malformed('chunk without end');
        pending = pending.subarray(2);
        state = 'chunk-size';
        return true;
      case 'trailers':
        return readTrailer();
      case 'broken':
        return false;
    }
  }

  return {
    push(chunk) {
      if (state === 'broken') return;
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      while (advance());
    },
  };
}

function parseHead(text: string): { method: string; path: string; headers: HeaderList } | undefined {
  const lineEnd = text.indexOf('\r\n');
  const line = lineEnd === -1 ? text : text.slice(0, lineEnd);
  const first = /^([A-Z]+) (\/[^ ]*) HTTP\/1\.[01]$/.exec(line);
  if (first === null) return undefined;
  const headers: HeaderList = [];
  for (let at = lineEnd; at !== -1; ) {
    const next = text.indexOf('\r\n', at + 2);
    const header = next === -1 ? text.slice(at + 2) : text.slice(at + 2, next);
    const colon = header.indexOf(':');
    if (colon < 1) return undefined;
    headers.push(header.slice(0, colon), header.slice(colon + 1).trim());
    at = next;
  }
  return { method: first[1]!, path: first[2]!, headers };
}
