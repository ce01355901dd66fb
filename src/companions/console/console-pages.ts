/**
 * The console at `/_/console/`: static files that anyone may read. What the page does are AWS calls like any other client's, signed in secure mode, so there is
 * nothing here to guard. Paths that are no file get the page itself: it knows its own addresses.
 */
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { headerValue } from '../../base/headers.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import { type BuiltFile, findBuiltConsole } from './built-console.ts';

export interface ConsoleOptions {
  /** Where the build puts it. */
  readonly folder: string;
  readonly mode: 'dev' | 'secure';
  readonly version: string;
}

const root = '/_/console/';

/** Answers GET and HEAD of `/_/console` and what is below it. */
export function createConsole({ folder, mode, version }: ConsoleOptions) {
  const builtConsole = findBuiltConsole(folder);

  return async function answerConsole({ path, headers, method }: HttpRequest): Promise<HttpReply> {
    if (method !== 'GET' && method !== 'HEAD') {
      return plain(405, 'The console is read with GET', ['Allow', 'GET, HEAD']);
    }
    if (!path.startsWith(root)) return plain(308, `The console is at ${root}`, ['Location', root]);
    const name = path.slice(root.length);
    if (name === 'about.json') return about();
    const built = await builtConsole();
    if (built === undefined)
      return plain(503, 'The console is not built: run "npm run console:build" once, then load this page again.');
    const file = name === 'index.html' ? undefined : await built.file(name);
    if (file !== undefined) return fileReply(file, headers, name.startsWith('assets/'));
    // A page of an earlier build asks for parts that are gone; the page itself would not help it.
    if (name.startsWith('assets/')) return plain(404, 'No such part of the console');
    return pageReply(built.index);
  };

  function about(): HttpReply {
    const body = `${JSON.stringify({ mode, version })}\n`;
    return { status: 200, headers: ['Content-Type', 'application/json', 'Cache-Control', 'no-store'], body };
  }
}

/** The page with a nonce for the style elements that the code editor makes; everything else it loads is a file of this server. */
function pageReply(index: string): HttpReply {
  const nonce = randomBytes(16).toString('base64url');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return {
    status: 200,
    headers: [
      ...['Content-Type', 'text/html; charset=utf-8', 'Cache-Control', 'no-store', 'Content-Security-Policy', policy],
      ...['X-Content-Type-Options', 'nosniff', 'Referrer-Policy', 'no-referrer'],
    ],
    body: index.replaceAll('__CSP_NONCE__', nonce),
  };
}

/** `isNamedByContent`: another content would have another name. */
function fileReply(
  { type, tag, gzipped }: BuiltFile,
  asked: HttpRequest['headers'],
  isNamedByContent: boolean,
): HttpReply {
  const headers = [
    ...['Content-Type', type, 'ETag', tag, 'Vary', 'Accept-Encoding', 'X-Content-Type-Options', 'nosniff'],
    ...['Cache-Control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache'],
  ];
  if (headerValue(asked, 'if-none-match') === tag) return { status: 304, headers, body: '' };
  const takesGzip = /\bgzip\b/.test(headerValue(asked, 'accept-encoding') ?? '');
  if (!takesGzip) return { status: 200, headers, body: gunzipSync(gzipped) };
  return { status: 200, headers: [...headers, 'Content-Encoding', 'gzip'], body: gzipped };
}

const plain = (status: number, sentence: string, headers: readonly string[] = []): HttpReply => ({
  status,
  headers: ['Content-Type', 'text/plain; charset=utf-8', 'Cache-Control', 'no-store', ...headers],
  body: `${sentence}\n`,
});
