import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type HeaderList, headerValue } from '../../base/headers.ts';
import { noBody } from '../../base/http.ts';
import { createConsole } from './console-pages.ts';

describe('the console as files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  after(() => rmSync(folder, { recursive: true }));
  const answer = createConsole({ folder, mode: 'secure', version: '0.1.0' });
  const script = `console.log('${'pets '.repeat(100)}');`;

  function build(page: string): void {
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), page);
    writeFileSync(join(folder, 'assets/app-1a2b.js'), script);
    writeFileSync(join(folder, 'icon.svg'), '<svg/>');
    writeFileSync(join(folder, '.built-from'), 'secret');
  }

  const ask = async (path: string, headers: HeaderList = [], method = 'GET') =>
    answer({ method, path, query: '', headers, body: noBody, protocol: 'HTTP/1.1', secure: false, sourceIp: '::1' });

  test('while it is not built, the answer says in one sentence how to build it', async () => {
    const { status, body } = await ask('/_/console/');
    assert.equal(status, 503);
    assert.equal(body, 'The console is not built: run "npm run console:build" once, then load this page again.\n');
  });

  test('every address of the page gets the page, with a nonce of its own under a policy that allows no script but its files', async () => {
    build('<meta name="csp-nonce" content="__CSP_NONCE__">');
    const nonces = new Set<string>();
    for (const path of [
      '/_/console/',
      '/_/console/rest/a1b2/stages',
      '/_/console/index.html',
      '/_/console/.built-from',
    ]) {
      const { status, headers, body } = await ask(path);
      assert.equal(status, 200, path);
      const policy = headerValue(headers, 'content-security-policy')!;
      const nonce = /style-src 'self' 'nonce-([\w-]{22})'/.exec(policy)![1]!;
      assert.match(policy, /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/);
      assert.equal(body, `<meta name="csp-nonce" content="${nonce}">`);
      assert.equal(headerValue(headers, 'cache-control'), 'no-store');
      nonces.add(nonce);
    }
    assert.equal(nonces.size, 4);
  });

  test('files come compressed to those who take it, and may be kept for good where their name tells their content', async () => {
    const packed = await ask('/_/console/assets/app-1a2b.js', ['Accept-Encoding', 'gzip, br']);
    assert.equal(headerValue(packed.headers, 'content-encoding'), 'gzip');
    assert.equal(gunzipSync(packed.body as Uint8Array).toString(), script);
    assert.equal(headerValue(packed.headers, 'cache-control'), 'public, max-age=31536000, immutable');
    const plain = await ask('/_/console/assets/app-1a2b.js');
    assert.equal(headerValue(plain.headers, 'content-encoding'), undefined);
    assert.equal(String(plain.body), script);
    const icon = await ask('/_/console/icon.svg');
    assert.equal(headerValue(icon.headers, 'content-type'), 'image/svg+xml');
    assert.equal(headerValue(icon.headers, 'cache-control'), 'no-cache');
    const again = await ask('/_/console/icon.svg', ['If-None-Match', headerValue(icon.headers, 'etag')!]);
    assert.deepEqual([again.status, again.body], [304, '']);
  });

  test('a part of an earlier build is not found, nothing outside the folder is, and only reading is', async () => {
    assert.equal((await ask('/_/console/assets/app-0000.js')).status, 404);
    assert.match(String((await ask('/_/console/../../package.json')).body), /csp-nonce/);
    const posted = await ask('/_/console/', [], 'POST');
    assert.deepEqual([posted.status, headerValue(posted.headers, 'allow')], [405, 'GET, HEAD']);
    const bare = await ask('/_/console');
    assert.deepEqual([bare.status, headerValue(bare.headers, 'location')], [308, '/_/console/']);
  });

  test('what was built anew is served at once', async () => {
    build('<p>new</p>');
    utimesSync(join(folder, 'index.html'), 1_000, 1_000);
    assert.equal((await ask('/_/console/')).body, '<p>new</p>');
  });

  test('whether calls need a signature is told before anybody signs in', async () => {
    assert.deepEqual(JSON.parse(String((await ask('/_/console/about.json')).body)), {
      mode: 'secure',
      version: '0.1.0',
    });
  });
});
