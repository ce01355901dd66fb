import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { HttpRequest } from '../../base/http.ts';
import { noBody } from '../../base/http.ts';
import { decodedAwsChunks } from './aws-chunked.ts';
import { createChunkSignatures } from './chunk-signatures.ts';

async function decoded(text: string, pieceBytes: number, request?: HttpRequest) {
  const trailers = { values: new Map<string, string>() };
  async function* source(): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const signatures = request && createChunkSignatures(request, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
  const pieces: Uint8Array[] = [];
  for await (const piece of decodedAwsChunks(source(), trailers, signatures)) pieces.push(Buffer.from(piece));
  return { text: Buffer.concat(pieces).toString('latin1'), trailers: Object.fromEntries(trailers.values) };
}

test('chunks and trailers are read however they are cut', async () => {
  const body = '5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-other: 1\r\n\r\n';
  for (const pieceBytes of [1, 2, 3, 7, 1000]) {
    assert.deepEqual(await decoded(body, pieceBytes), {
      text: 'hello world',
      trailers: { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-other': '1' },
    });
  }
});

test('what is no aws-chunked body is an incomplete one', async () => {
  for (const body of [
    '',
    '5\r\nhel',
    '5\r\nhello',
    '5\r\nhelloXX0\r\n\r\n',
    'zz\r\n',
    `5${'x'.repeat(20_000)}`,
    '5\r\nhello\r\n',
  ]) {
    await assert.rejects(decoded(body, 4), { kind: 'IncompleteBody' }, body.slice(0, 20));
  }
});

/** The example of S3's API reference ("Signature calculations for the Authorization header: transferring payload in multiple chunks"). */
const example: HttpRequest = {
  ...{ method: 'PUT', path: '/examplebucket/chunkObject.txt', query: '', body: noBody, protocol: 'HTTP/1.1' },
  ...{ secure: true, sourceIp: '127.0.0.1' },
  headers: [
    ...['X-Amz-Date', '20130524T000000Z'],
    'Authorization',
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,' +
      'SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,' +
      'Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  ],
};
const chunk = (size: number, signature: string): string =>
  `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}${size === 0 ? '' : '\r\n'}`;
const first = 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648';
const second = '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497';
const last = 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9';

test('every chunk is signed, with the signature before it', async () => {
  const body = `${chunk(65_536, first)}${chunk(1024, second)}${chunk(0, last)}\r\n`;
  assert.equal((await decoded(body, 10_000, example)).text.length, 66_560);
  for (const forged of [
    body.replace('aaaaaaaa', 'aaaabaaa'),
    `${chunk(1024, second)}${chunk(65_536, first)}${chunk(0, last)}\r\n`,
    `${chunk(65_536, first)}${chunk(0, last)}\r\n`,
    body.replace(`;chunk-signature=${second}`, ''),
  ]) {
    await assert.rejects(decoded(forged, 10_000, example), { kind: 'SignatureDoesNotMatch' });
  }
});
