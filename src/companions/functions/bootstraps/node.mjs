/**
 * Runs a Node.js function: loads its handler, then takes events from the Lambda Runtime API one by one. Plain JavaScript, because it
 * is started for every cold start and stripping types would cost milliseconds each time.
 *
 * It speaks HTTP by hand over one connection, and sends an answer together with the request for the next event, which makes a warm
 * invoke several times cheaper than node:http did (bench/functions.ts).
 */
import { writeSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { loadHandler, streamingHandler } from './load-handler.mjs';

const environment = process.env;
const [host, port] = environment.AWS_LAMBDA_RUNTIME_API.split(':');
const major = Number(/^nodejs(\d+)/.exec(environment.AWS_LAMBDA_RUNTIME ?? '')?.[1] ?? 22);
delete environment.AWS_LAMBDA_RUNTIME;

const api = '/2018-06-01/runtime/';
const nextRequest = `GET ${api}invocation/next HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

/** The invocation under way: `{ id, onEmptyLoop }`, or undefined between invocations. */
let current;

// --- the connection -------------------------------------------------------------------------------------------------

const socket = connect({ host, port: Number(port), noDelay: true });
// Without the service there is nothing to live for.
socket.on('close', () => process.exit(0));
socket.on('error', () => process.exit(0));

function post(path, body, headers = '') {
  return `POST ${api}${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

let pending;
socket.on('data', (chunk) => {
  pending = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
  for (;;) {
    const end = pending.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = pending.latin1Slice(0, end + 2);
    const bodyStart = end + 4;
    const bodyEnd = bodyStart + Number(headerOf(head, 'Content-Length: ') ?? 0);
    if (pending.length < bodyEnd) return;
    const body = pending.utf8Slice(bodyStart, bodyEnd);
    pending = pending.length === bodyEnd ? undefined : pending.subarray(bodyEnd);
    const id = headerOf(head, 'Lambda-Runtime-Aws-Request-Id: ');
    // Everything else is the acknowledgement of an answer.
    if (id !== undefined) runEvent(id, head, body);
    if (pending === undefined) return;
  }
});

function headerOf(head, name) {
  const at = head.indexOf(name);
  if (at === -1) return undefined;
  return head.slice(at + name.length, head.indexOf('\r\n', at));
}

// --- custom resources -----------------------------------------------------------------------------------------------

const responsesPath = '/_cloudformation/responses/';
let reachesResponses = false;

/**
 * A custom resource answers CloudFormation at a URL. Code as AWS shows it takes the URL's host and path and adds port 443, where the real one is; such a
 * request goes to the port the URL has. TLS is spoken on it as well.
 */
function reachResponses() {
  if (reachesResponses) return;
  reachesResponses = true;
  const require = createRequire(import.meta.url);
  const https = require('node:https');
  const { port } = new URL(environment.AWS_ENDPOINT_URL);
  const { request } = https;
  https.request = function requestOfFunction(options, ...rest) {
    const isResponse = typeof options?.path === 'string' && options.path.startsWith(responsesPath);
    const isDefaultPort = Number(options?.port || 443) === 443;
    return Reflect.apply(request, https, [isResponse && isDefaultPort ? { ...options, port } : options, ...rest]);
  };
  syncBuiltinESMExports();
}

// --- logging --------------------------------------------------------------------------------------------------------

const isJsonLog = environment.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const lowestLevel = isJsonLog ? Math.max(0, levels.indexOf(environment.AWS_LAMBDA_LOG_LEVEL ?? 'TRACE')) : 0;

/** Standard streams the function has touched. They queue what the pipe cannot take at once, and an answer must not overtake that. */
const openedStreams = [];
for (const name of ['stdout', 'stderr']) {
  const { get } = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      const stream = get.call(process);
      if (!openedStreams.includes(stream)) openedStreams.push(stream);
      return stream;
    },
  });
}

/** Calls `then` when everything printed so far has left this process; at once when it has already. */
function afterOutput(then) {
  const full = openedStreams.filter((stream) => stream.writableLength > 0 && !stream.destroyed);
  if (full.length === 0) return then();
  let left = full.length;
  for (const stream of full) {
    stream.write('', () => {
      if (--left === 0) then();
    });
  }
}

/** Writes at once, and waits when the reader is slow: an event of the log must be out before the answer is. */
function print(text) {
  if (openedStreams.length > 0) {
    process.stdout.write(text);
    return;
  }
  const bytes = Buffer.from(text);
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(1, bytes, at);
  } catch (error) {
    // A child of the function may have made the pipe non-blocking for all who share it.
    if (error.code !== 'EAGAIN') throw error;
    process.stdout.write(bytes.subarray(at));
  }
}

function logAs(level) {
  return (...values) => {
    if (levels.indexOf(level) < lowestLevel) return;
    const time = new Date().toISOString();
    if (!isJsonLog) {
      // A line end inside a message would begin a new event, so AWS's runtime writes a carriage return instead.
      print(`${time}\t${current?.id}\t${level}\t${format(...values).replaceAll('\n', '\r')}\n`);
      return;
    }
    const error = values.find((value) => value instanceof Error);
    const message =
      values.length === 1 && typeof values[0] === 'object' && error === undefined ? values[0] : format(...values);
    const details =
      error === undefined
        ? {}
        : { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split('\n') };
    print(`${jsonOr({ timestamp: time, level, requestId: current?.id, message, ...details }, inspect)}\n`);
  };
}

function jsonOr(value, otherwise) {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify({ ...value, message: otherwise(value.message) });
  }
}

console.trace = logAs('TRACE');
console.debug = logAs('DEBUG');
console.info = console.log = logAs('INFO');
console.warn = logAs('WARN');
console.error = logAs('ERROR');
console.fatal = logAs('FATAL');

// --- errors ---------------------------------------------------------------------------------------------------------

function errorShape(error) {
  if (
    error instanceof Error ||
    (typeof error === 'object' && error !== null && 'message' in error && 'stack' in error)
  ) {
    return {
      errorType: String(error.name ?? 'Error'),
      errorMessage: String(error.message),
      trace: String(error.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function logFailure(title, error, shape) {
  const extra = error instanceof Error ? { ...error } : {};
  const text = jsonOr(
    { errorType: shape.errorType, errorMessage: shape.errorMessage, ...extra, stack: shape.trace },
    inspect,
  );
  console.error(`${title} \t${text}`);
}

const errorTypeHeader = (shape) =>
  `Lambda-Runtime-Function-Error-Type: ${shape.errorType.replace(/[^\x21-\x7e]/g, '') || 'Error'}\r\n`;

function failInit(error, shape = errorShape(error)) {
  logFailure('Uncaught Exception', error, shape);
  afterOutput(() =>
    socket.end(post('init/error', JSON.stringify(shape), errorTypeHeader(shape)), () => process.exit(1)),
  );
}

/** An error nobody caught: the invocation fails with it and the process ends, because its state is unknown. */
function dieOf(title, error, shape, code) {
  if (current === undefined) {
    if (!isReady) return failInit(error, shape);
    logFailure(title, error, shape);
    process.exit(code);
  }
  logFailure(title, error, shape);
  const text = post(`invocation/${current.id}/error`, JSON.stringify(shape), errorTypeHeader(shape));
  afterOutput(() => socket.end(text, () => process.exit(code)));
}

process.on('uncaughtException', (error) => dieOf('Uncaught Exception', error, errorShape(error), 129));
process.on('unhandledRejection', (reason) => {
  const { errorMessage, trace, errorType } = errorShape(reason);
  const shape = {
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: errorType === 'string' || trace.length === 0 ? errorMessage : `${errorType}: ${errorMessage}`,
    trace: trace.length === 0 ? [`Runtime.UnhandledPromiseRejection: ${errorMessage}`] : trace,
  };
  dieOf('Unhandled Promise Rejection', reason, shape, 128);
});

// --- one invocation -------------------------------------------------------------------------------------------------

function runEvent(id, head, body) {
  if (body.includes(responsesPath)) reachResponses();
  const deadlineMs = Number(headerOf(head, 'Lambda-Runtime-Deadline-Ms: '));
  const traceId = headerOf(head, 'Lambda-Runtime-Trace-Id: ');
  if (traceId !== undefined) environment._X_AMZN_TRACE_ID = traceId;
  else delete environment._X_AMZN_TRACE_ID;

  // The connection must not keep an event loop alive that a handler waits to see empty.
  socket.unref();

  let waitsForEmptyLoop = true;
  /** What a callback answered with, held back until the event loop is empty. */
  let held;

  function send(text) {
    if (current?.id !== id) return;
    current = undefined;
    socket.ref();
    afterOutput(() => socket.write(text + nextRequest));
  }

  function succeed(result) {
    let text;
    try {
      text = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch {
      return send(
        failureText({
          errorType: 'Runtime.MarshalError',
          errorMessage: 'Unable to stringify response body',
          trace: [],
        }),
      );
    }
    send(post(`invocation/${id}/response`, text));
  }

  function fail(error) {
    const shape = errorShape(error ?? 'handled');
    logFailure('Invoke Error', error, shape);
    send(failureText(shape));
  }

  function failureText(shape) {
    return post(`invocation/${id}/error`, JSON.stringify(shape), errorTypeHeader(shape));
  }

  function callback(error, result) {
    if (current?.id !== id || held !== undefined) return;
    held = () => (error === undefined || error === null ? succeed(result) : fail(error));
    if (!waitsForEmptyLoop) held();
  }

  current = {
    id,
    // Nothing is left to run: answer with what the callback gave, or with null as AWS does when nobody ever answered.
    onEmptyLoop: () => (held === undefined ? succeed(null) : held()),
  };

  const context = {
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headerOf(head, 'Lambda-Runtime-Invoked-Function-Arn: '),
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: id,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    get callbackWaitsForEmptyEventLoop() {
      return waitsForEmptyLoop;
    },
    set callbackWaitsForEmptyEventLoop(value) {
      waitsForEmptyLoop = value;
    },
  };
  const clientContext = headerOf(head, 'Lambda-Runtime-Client-Context: ');
  if (clientContext !== undefined) context.clientContext = JSON.parse(clientContext);
  if (major < 24) {
    context.done = callback;
    context.succeed = (result) => callback(null, result);
    context.fail = (error) => callback(error ?? 'handled');
  }

  try {
    const event = JSON.parse(body);
    if (handler[streamingHandler] !== undefined) {
      streamAnswer(id, event, context, { send, fail });
      return;
    }
    const result = major < 24 ? handler(event, context, callback) : handler(event, context);
    if (typeof result?.then === 'function') result.then(succeed, fail);
    else if (major >= 24 && handler.length < 3 && result !== undefined) succeed(result);
  } catch (error) {
    fail(error);
  }
}

process.on('beforeExit', () => {
  if (current !== undefined) current.onEmptyLoop();
});

// --- response streaming ---------------------------------------------------------------------------------------------

/** The `responseStream` of a streaming handler: a chunked Runtime API response, begun with the first byte. */
class ResponseStream extends Writable {
  contentType = 'application/octet-stream';
  isBegun = false;
  #id;

  constructor(id) {
    super({ decodeStrings: true });
    this.#id = id;
  }

  setContentType(contentType) {
    this.contentType = contentType;
  }

  begin() {
    if (this.isBegun) return;
    this.isBegun = true;
    socket.write(
      `POST ${api}invocation/${this.#id}/response HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${this.contentType}\r\n` +
        'Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n' +
        'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n',
    );
  }

  _write(chunk, _encoding, done) {
    this.begin();
    if (chunk.length === 0) return done();
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    socket.write('\r\n', done);
  }
}

function streamAnswer(id, event, context, { send, fail }) {
  const stream = new ResponseStream(id);
  const failMidway = (error) => {
    if (!stream.isBegun) return fail(error);
    const shape = errorShape(error);
    logFailure('Invoke Error', error, shape);
    const errorBody = Buffer.from(JSON.stringify(shape)).toString('base64');
    send(`0\r\n${errorTypeHeader(shape)}Lambda-Runtime-Function-Error-Body: ${errorBody}\r\n\r\n`);
  };
  stream.on('error', failMidway);
  stream.on('finish', () => {
    stream.begin();
    send('0\r\n\r\n');
  });
  // A stream the handler never ends is ended when nothing is left to run.
  current.onEmptyLoop = () => stream.end();
  Promise.resolve(handler(event, stream, context)).catch(failMidway);
}

globalThis.awslambda = {
  streamifyResponse(streaming, options) {
    streaming[streamingHandler] = options?.invokeMode ?? 'response';
    if (options?.highWaterMark !== undefined) streaming.highWaterMark = options.highWaterMark;
    return streaming;
  },
  HttpResponseStream: {
    from(stream, prelude) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      stream.write(`${JSON.stringify(prelude)}${'\0'.repeat(8)}`);
      return stream;
    },
  },
};

// --- begin ----------------------------------------------------------------------------------------------------------

let isReady = false;
let handler;
try {
  handler = await loadHandler(environment.LAMBDA_TASK_ROOT, environment._HANDLER, major);
  isReady = true;
  socket.write(nextRequest);
} catch (error) {
  failInit(error);
}
