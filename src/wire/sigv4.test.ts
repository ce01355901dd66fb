/** Signed by the AWS SDK's own signer and by aws4, verified by ours. */
import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../test/support/sdk-signer.ts';
import type { HttpRequest } from '../base/http.ts';
import type { Problem } from '../base/problem.ts';
import { claimedScope, verifySignature } from '../base/sigv4-verify.ts';
import type { AccessKey, Credentials } from '../ports/credentials.ts';
import { rootAccessKey } from '../ports/credentials.ts';
import { fromSdkRequest, type SdkRequest } from './testing/sdk-request.ts';

interface Aws4Request {
  host: string;
  method: string;
  path: string;
  service: string;
  region: string;
  headers: Record<string, string>;
  body?: string;
  signQuery?: boolean;
}
const aws4 = createRequire(import.meta.url)('aws4') as {
  sign(
    request: Aws4Request,
    credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
  ): Aws4Request;
};

const nowMs = Date.UTC(2026, 2, 4, 5, 6, 7);
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const keys: Record<string, AccessKey> = {
  AKIDEXAMPLE: {
    ...rootAccessKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret, account: '123456789012' }),
    callerArn: 'arn:aws:iam::123456789012:user/ann',
  },
  ASIDEXAMPLE: {
    ...rootAccessKey({ accessKeyId: 'ASIDEXAMPLE', secretAccessKey: secret, account: '123456789012' }),
    sessionToken: 'token/with+signs=',
    callerArn: 'arn:aws:sts::123456789012:assumed-role/r/s',
  },
};
const credentials: Credentials = { accessKey: (id) => keys[id] };

function signer(keyId = 'AKIDEXAMPLE', secretAccessKey = secret): SignatureV4 {
  const { sessionToken } = keys[keyId] ?? {};
  return new SignatureV4({
    service: 'apigateway',
    region: 'eu-west-1',
    sha256: Sha256,
    credentials: { accessKeyId: keyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  });
}

const plain = (parts: Partial<SdkRequest> = {}): SdkRequest & { hostname: string; protocol: string } => ({
  method: 'GET',
  protocol: 'http:',
  hostname: 'localhost',
  path: '/restapis',
  headers: { host: 'localhost:4566' },
  ...parts,
});

async function signed(parts: Partial<SdkRequest> = {}, by = signer(), atMs = nowMs): Promise<HttpRequest> {
  const request = await by.sign(plain(parts) as never, { signingDate: new Date(atMs) });
  return fromSdkRequest(request as unknown as SdkRequest);
}

const verify = async (request: HttpRequest, atMs = nowMs) =>
  verifySignature(request, { service: 'apigateway' }, credentials.accessKey, atMs);

async function refusal(request: HttpRequest, atMs = nowMs): Promise<{ kind: string; message: string }> {
  try {
    await verify(request, atMs);
  } catch (error) {
    return { kind: (error as Problem).kind, message: (error as Problem).message };
  }
  return { kind: 'none', message: '' };
}

/** Paths and queries that clients, proxies and servers like to disagree about. */
const awkward: Partial<SdkRequest>[] = [
  { path: '/restapis' },
  { path: '/' },
  { path: '/restapis/' },
  { path: '/a%20b/%C3%BC' },
  { path: '/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fabc' },
  { path: '/(x)!*' },
  { path: '//restapis//abc' },
  { path: '/restapis/./abc/../def' },
  { path: '/%252F' },
  { query: { b: '2', a: '1' } },
  { query: { a: ['2', '1', '10'] } },
  { query: { empty: '', 'with space': 'a b+c', ü: '=&%', 'A~b': "!'()*" } },
  { query: { limit: '25', position: 'YWJj==' } },
  { method: 'POST', body: '{"name":"a"}', headers: { host: 'localhost:4566', 'content-type': 'application/json' } },
  { headers: { host: 'localhost:4566', 'x-spaced': '  a   b  ' } },
];

test('what the SDK signs is verified, awkward paths and queries included', async () => {
  for (const parts of awkward) {
    const { key, scope } = await verify(await signed(parts));
    assert.equal(key.callerArn, 'arn:aws:iam::123456789012:user/ann');
    assert.equal(scope.region, 'eu-west-1');
  }
});

test('what aws4 signs is verified, in headers and in the query', async () => {
  const paths = [
    '/restapis',
    '/',
    '/a%20b/%C3%BC',
    '/tags/arn%3Aaws%2Fx',
    '/restapis?b=2&a=1&a=0',
    '/x?empty=&e',
    '/x?q=a%20b%2Bc',
  ];
  for (const path of paths) {
    for (const signQuery of [false, true]) {
      for (const body of signQuery ? [undefined] : [undefined, '{"name":"ü"}']) {
        const made = aws4.sign(
          {
            host: 'localhost:4566',
            method: body === undefined ? 'GET' : 'POST',
            path: signQuery ? `${path}${path.includes('?') ? '&' : '?'}X-Amz-Date=20260304T050607Z` : path,
            service: 'apigateway',
            region: 'eu-west-1',
            headers: signQuery ? {} : { 'X-Amz-Date': '20260304T050607Z' },
            ...(body === undefined ? {} : { body }),
            signQuery,
          },
          { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret },
        );
        const [bare, query = ''] = made.path.split('?') as [string, string?];
        const { key } = await verify({
          method: made.method,
          path: bare,
          query,
          headers: Object.entries(made.headers).flat().map(String),
          body: Buffer.from(body ?? ''),
          protocol: 'HTTP/1.1',
          secure: false,
          sourceIp: '127.0.0.1',
        });
        assert.equal(key.accessKeyId, 'AKIDEXAMPLE', made.path);
      }
    }
  }
});

test('a presigned URL is good until it expires', async () => {
  const presigned = await signer().presign(plain({ query: { limit: '1' } }) as never, {
    signingDate: new Date(nowMs),
    expiresIn: 60,
  });
  const request = fromSdkRequest(presigned as SdkRequest);
  assert.equal((await verify(request, nowMs + 59_000)).key.accessKeyId, 'AKIDEXAMPLE');
  const late = await refusal(request, nowMs + 61_000);
  assert.equal(late.kind, 'InvalidSignatureException');
  assert.match(late.message, /^Signature expired: 20260304T050607Z is now earlier than /);
  assert.equal((await refusal({ ...request, query: `${request.query}&limit=2` })).kind, 'InvalidSignatureException');
  assert.equal(
    (await refusal({ ...request, query: request.query.replace('X-Amz-Expires=60', 'X-Amz-Expires=900') })).kind,
    'InvalidSignatureException',
  );
});

test('a session needs its token, signed', async () => {
  const request = await signed({}, signer('ASIDEXAMPLE'));
  assert.equal((await verify(request)).key.accessKeyId, 'ASIDEXAMPLE');
  const without = await signed(
    {},
    new SignatureV4({
      service: 'apigateway',
      region: 'eu-west-1',
      sha256: Sha256,
      credentials: { accessKeyId: 'ASIDEXAMPLE', secretAccessKey: secret },
    }),
  );
  assert.equal((await refusal(without)).kind, 'UnrecognizedClientException');
  const forged = { ...without, headers: [...without.headers, 'X-Amz-Security-Token', 'token/with+signs='] };
  assert.match((await refusal(forged)).message, /'x-amz-security-token' must be a 'SignedHeader'/);
});

test("a changed method, path, query, header or body is refused in AWS's words, with the canonical string", async () => {
  const request = await signed({ method: 'POST', body: '{}', query: { a: '1' } });
  const changed: HttpRequest[] = [
    { ...request, method: 'PUT' },
    { ...request, path: '/restapis/abc' },
    { ...request, query: 'a=2' },
    { ...request, query: '' },
    { ...request, headers: request.headers.map((text) => (text === 'localhost:4566' ? 'elsewhere' : text)) },
  ];
  for (const one of changed) {
    const { kind, message } = await refusal(one);
    assert.equal(kind, 'InvalidSignatureException');
    assert.ok(
      message.startsWith(
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. ' +
          "Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'",
      ),
    );
  }
  assert.equal((await refusal({ ...request, body: Buffer.from('{"a":1}') })).kind, 'InvalidSignatureException');
  assert.equal((await refusal(await signed({}, signer('AKIDEXAMPLE', 'wrong')))).kind, 'InvalidSignatureException');
});

test('a body may go unsigned over TLS only', async () => {
  const request = await signed({
    method: 'POST',
    body: '{}',
    headers: { host: 'localhost:4566', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  assert.equal((await refusal({ ...request, secure: true, body: Buffer.from('anything') })).kind, 'none');
  assert.equal((await refusal(request)).message, 'An unsigned payload is accepted over TLS only.');
});

test('a clock five minutes off is too far', async () => {
  const request = await signed();
  assert.equal((await refusal(request, nowMs + 5 * 60_000)).kind, 'none');
  assert.equal((await refusal(request, nowMs - 5 * 60_000)).kind, 'none');
  assert.equal(
    (await refusal(request, nowMs + 5 * 60_000 + 1000)).message,
    'Signature expired: 20260304T050607Z is now earlier than 20260304T050608Z (20260304T051108Z - 5 min.)',
  );
  assert.equal(
    (await refusal(request, nowMs - 5 * 60_000 - 1000)).message,
    'Signature not yet current: 20260304T050607Z is still later than 20260304T050606Z (20260304T050106Z + 5 min.)',
  );
});

test('nobody, a stranger, and a signature for another service are refused', async () => {
  const unsigned = fromSdkRequest(plain());
  assert.deepEqual(await refusal(unsigned), {
    kind: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  });
  assert.deepEqual(await refusal(await signed({}, signer('AKIDSTRANGER'))), {
    kind: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  });
  const forAnother = await signed();
  assert.throws(() => verifySignature(forAnother, { service: 'lambda' }, credentials.accessKey, nowMs), {
    message: "Credential should be scoped to correct service: 'lambda'. ",
  });
  const here = { service: 'apigateway', region: 'us-east-1' };
  assert.throws(() => verifySignature(forAnother, here, credentials.accessKey, nowMs), {
    message: "Credential should be scoped to a valid region, not 'eu-west-1'. ",
  });
});

test('an Authorization header that is not one is an incomplete signature, never a crash', async () => {
  const values = [
    'Bearer abc',
    '',
    'AWS4-HMAC-SHA256',
    'AWS4-HMAC-SHA256 ',
    'AWS4-HMAC-SHA256 Credential',
    'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request',
    'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x',
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/eu-west-1/apigateway/aws4_request, SignedHeaders=host, Signature=',
    `AWS4-HMAC-SHA256 ${'='.repeat(100_000)}`,
    `AWS4-HMAC-SHA256 ${','.repeat(100_000)}`,
  ];
  for (const value of values) {
    const { kind } = await refusal({
      ...fromSdkRequest(plain()),
      headers: ['Host', 'localhost', 'Authorization', value],
    });
    assert.equal(kind, 'IncompleteSignatureException', value.slice(0, 60));
  }
  const { message } = await refusal({
    ...fromSdkRequest(plain()),
    headers: ['Authorization', 'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request'],
  });
  assert.equal(
    message,
    "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. " +
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
  );
});

test('the scope is read from a header or a presigned query', async () => {
  const scope = { accessKeyId: 'AKIDEXAMPLE', date: '20260304', region: 'eu-west-1', service: 'apigateway' };
  assert.deepEqual(claimedScope(await signed()), scope);
  const presigned = await signer().presign(plain() as never, { signingDate: new Date(nowMs) });
  assert.deepEqual(claimedScope(fromSdkRequest(presigned as SdkRequest)), scope);
  assert.equal(claimedScope(fromSdkRequest(plain())), undefined);
});
