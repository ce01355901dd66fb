/**
 * The Lambda Runtime API (`/2018-06-01/runtime/…`) for one environment, on a loopback port of its own: who connects to the port is
 * that environment, so nothing in the protocol need say so and Amazon's runtime interface clients work as they are.
 *
 * Our bootstraps send the answer and the request for the next event in one write; the acknowledgement of the answer then leaves
 * together with the next event. That halves the system calls of a warm invoke.
 */
import { createServer, type Socket } from 'node:net';
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { PieceTaker } from './answer-stream.ts';
import { createRequestReader, type RuntimeRequest } from './http-request-reader.ts';

/** AWS lets a response be 6 MB and 100 bytes. */
export const maxResponseBytes = 6 * 1024 * 1024 + 100;

/** The runtime has asked for an event and waits. */
export interface WaitingRuntime {
  /** Answers `invocation/next`; `headers` are header lines, each ending in CRLF. */
  send(headers: string, payload: string | Uint8Array): void;
}

/** What the headers of an event tell the runtime. */
export interface RuntimeEvent {
  readonly requestId: string;
  /** As the caller wrote it, with the qualifier. */
  readonly invokedArn: string;
  /** Empty for none. */
  readonly traceId: string;
  /** JSON text of the SDK's client context. */
  readonly clientContext: string | undefined;
}

export interface RuntimeEvents {
  onNext(runtime: WaitingRuntime): void;
  /** The runtime begins to stream an answer; undefined where nobody takes it in pieces. `goOn` lets it write again after it was told to wait. */
  onStream(requestId: string, goOn: () => void): PieceTaker | undefined;
  /** False when no such invocation is under way. */
  onResponse(requestId: string, body: Buffer, isTooLong: boolean): boolean;
  /** `errorType` is the header `Lambda-Runtime-Function-Error-Type`. False when no such invocation is under way. */
  onError(requestId: string, errorType: string | undefined, body: Buffer): boolean;
  onInitError(errorType: string | undefined, body: Buffer): void;
}

export interface RuntimeApi {
  readonly port: number;
  close(): void;
}

/** A runtime has one event and some acknowledgements to read; more means that it does not read. */
const maxUnreadBytes = 16 * 1024 * 1024;
/** Runtime interface clients open one or two; each may hold an unfinished answer of 6 MB. */
const maxConnections = 16;

const accepted =
  'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n';

const invocationPath = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/** Opens the API on a free loopback port. */
export function openRuntimeApi(events: RuntimeEvents): Promise<RuntimeApi> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, events);
  });
  server.maxConnections = maxConnections;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close() {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}

function serve(socket: Socket, events: RuntimeEvents): void {
  /** Answers not yet written: flushed with the next event when it is already asked for, else at the end of the chunk. */
  let unsent = '';
  let isWaiting = false;

  const runtime: WaitingRuntime = {
    send(headers, payload) {
      isWaiting = false;
      const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
      const head = `${unsent}HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${headers}Content-Length: ${length}\r\n\r\n`;
      unsent = '';
      if (typeof payload === 'string') {
        socket.write(head + payload);
        return;
      }
      socket.cork();
      socket.write(head);
      socket.write(payload);
      socket.uncork();
    },
  };

  const reader = createRequestReader(maxResponseBytes, {
    onRequest(request) {
      const answer = answerTo(request);
      if (answer !== undefined) unsent += answer;
    },
    onBody({ method, path, headers }) {
      const target = invocationPath.exec(path);
      if (method !== 'POST' || target?.[2] !== 'response') return undefined;
      if (headerValue(headers, 'lambda-runtime-function-response-mode')?.toLowerCase() !== 'streaming')
        return undefined;
      const take = events.onStream(target[1]!, () => socket.resume());
      return (
        take &&
        ((piece) => {
          if (!take(piece)) socket.pause();
        })
      );
    },
    onExpectContinue() {
      unsent += 'HTTP/1.1 100 Continue\r\n\r\n';
    },
    onMalformed() {
      socket.destroy();
    },
  });

  /** Undefined when the answer comes later. */
  function answerTo(request: RuntimeRequest): string | undefined {
    const { method, path, headers, body } = request;
    if (method === 'GET' && path === '/2018-06-01/runtime/invocation/next') {
      isWaiting = true;
      events.onNext(runtime);
      return undefined;
    }
    if (method !== 'POST') return failure(404, 'Not Found', 'InvalidPath', `Unknown path ${path}`);
    if (path === '/2018-06-01/runtime/init/error') {
      events.onInitError(functionErrorType(headers), body);
      return accepted;
    }
    const target = invocationPath.exec(path);
    if (target === null) return failure(404, 'Not Found', 'InvalidPath', `Unknown path ${path}`);
    const requestId = target[1]!;
    const errorType = functionErrorType(headers);
    // A stream that breaks off midway says so in its trailers.
    const streamError = headerValue(headers, 'lambda-runtime-function-error-body');
    let isKnown: boolean;
    if (target[2] === 'error') isKnown = events.onError(requestId, errorType, body);
    else if (streamError !== undefined)
      isKnown = events.onError(requestId, errorType, Buffer.from(streamError, 'base64'));
    else isKnown = events.onResponse(requestId, body, request.isTooLong);
    if (!isKnown) return failure(400, 'Bad Request', 'InvalidRequestID', 'Invalid request ID');
    if (!request.isTooLong) return accepted;
    return failure(
      413,
      'Payload Too Large',
      'RequestEntityTooLarge',
      `Exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
    );
  }

  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk);
    // It asks and asks and never reads the answers: they would fill our memory.
    if (socket.writableLength > maxUnreadBytes) socket.destroy();
    if (unsent === '' || isWaiting) return;
    socket.write(unsent);
    unsent = '';
  });
}

const functionErrorType = (headers: HeaderList): string | undefined =>
  headerValue(headers, 'lambda-runtime-function-error-type');

function failure(status: number, reason: string, errorType: string, errorMessage: string): string {
  const body = JSON.stringify({ errorMessage, errorType });
  return `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** The header lines of an event, for `WaitingRuntime.send`. */
export function eventHeaders(event: RuntimeEvent, deadlineMs: number): string {
  let headers = `Lambda-Runtime-Aws-Request-Id: ${event.requestId}\r\nLambda-Runtime-Deadline-Ms: ${deadlineMs}\r\nLambda-Runtime-Invoked-Function-Arn: ${event.invokedArn}\r\n`;
  if (event.traceId !== '') headers += `Lambda-Runtime-Trace-Id: ${headerSafe(event.traceId)}\r\n`;
  if (event.clientContext !== undefined)
    headers += `Lambda-Runtime-Client-Context: ${headerSafe(event.clientContext)}\r\n`;
  return headers;
}

/** A caller's text in a header must not end the header. */
const headerSafe = (text: string): string => (/[\r\n\0]/.test(text) ? text.replace(/[\r\n\0]/g, ' ') : text);
