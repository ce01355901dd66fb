import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { authorizationBySdk } from '../../test/support/sdk-signer.ts';
import { type HeaderList, headerValue } from './headers.ts';
import { type SigningInput, type SigningKeys, signatureHeaders } from './sigv4-signer.ts';

const keys: SigningKeys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const session: SigningKeys = { ...keys, accessKeyId: 'ASIDEXAMPLE', sessionToken: 'token/with+signs=' };
const nowMs = Date.UTC(2026, 2, 4, 5, 6, 7);

function inputOf(changes: Partial<SigningInput> = {}): SigningInput {
  return {
    method: 'POST',
    path: '/',
    query: '',
    headers: ['Host', 'sqs.eu-west-1.amazonaws.com'],
    body: undefined,
    keys,
    region: 'eu-west-1',
    service: 'sqs',
    nowMs,
    ...changes,
  };
}

const authorizationOf = (input: SigningInput): string => headerValue(signatureHeaders(input), 'authorization')!;

const json: HeaderList = ['Host', 'dynamodb.eu-west-1.amazonaws.com', 'Content-Type', 'application/x-amz-json-1.0'];
const requests: Record<string, Partial<SigningInput>> = {
  'a bare POST': {},
  'an action in the query': { query: 'Action=SendMessage&MessageBody=a%20b%2Bc&Version=2012-11-05' },
  'a query with repeated, empty and unsorted names': { method: 'GET', query: 'b=2&a=2&a=1&a=10&empty=&A~b=%21%27%28' },
  'a target header': { headers: [...json, 'X-Amz-Target', 'DynamoDB_20120810.PutItem'], body: '{"Item":{"a":"ü"}}' },
  'spaces in a header': { headers: ['Host', 'h', 'x-amz-meta-note', '  a   b '] },
  'a path with escapes': { path: '/000000000000/my%20queue/%C3%BC', method: 'GET' },
  'a path of dots and slashes': { path: '//a/./b/../c/', method: 'GET' },
  'an object key of S3': { service: 's3', method: 'PUT', path: '/bucket//a%20b/%C3%BC/', body: Buffer.from([255, 0]) },
  'temporary keys': { keys: session, body: 'Action=ListTopics' },
};

for (const [name, request] of Object.entries(requests)) {
  test(`${name}: signed as the SDK signs it`, async () => {
    const input = inputOf(request);
    const headers: Record<string, string> = {};
    for (let i = 0; i < input.headers.length; i += 2) {
      headers[input.headers[i]!.toLowerCase()] = input.headers[i + 1]!;
    }
    assert.equal(authorizationOf(input), await authorizationBySdk({ ...input, headers }, input.keys, input));
  });
}

test('date, hash of the body and session token go along, signed', () => {
  const headers = signatureHeaders(inputOf({ keys: session, body: 'abc' }));
  assert.equal(headerValue(headers, 'x-amz-date'), '20260304T050607Z');
  assert.equal(headerValue(headers, 'x-amz-security-token'), 'token/with+signs=');
  assert.equal(headerValue(headers, 'x-amz-content-sha256'), createHash('sha256').update('abc').digest('hex'));
  assert.match(
    headerValue(headers, 'authorization')!,
    /^AWS4-HMAC-SHA256 Credential=ASIDEXAMPLE\/20260304\/eu-west-1\/sqs\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
  );
});

test('headers that proxies change are left out, so that changing them breaks nothing', () => {
  const headers = ['Host', 'h', 'User-Agent', 'a', 'X-Amzn-Trace-Id', 'Root=1', 'Accept', 'application/json'];
  const changed = headers.map((text) => (text === 'Root=1' ? 'Root=2' : text));
  assert.equal(authorizationOf(inputOf({ headers })), authorizationOf(inputOf({ headers: changed })));
});

test('secret, region, service and day each change the signature', () => {
  const signatureOf = (changes: Partial<SigningInput>) => authorizationOf(inputOf(changes)).split('Signature=')[1];
  const changes = [
    {},
    { keys: { ...keys, secretAccessKey: 'x' } },
    { region: 'us-east-1' },
    { service: 'sns' },
    { nowMs: nowMs + 86_400_000 },
  ];
  assert.equal(new Set(changes.map(signatureOf)).size, changes.length);
});
