/** Who may use `@connections` in secure mode. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type HttpRequest, noBody } from '../base/http.ts';
import { signatureHeaders } from '../base/sigv4-signer.ts';
import type { ManagementCall } from '../gateway/websocket/management.ts';
import { rootAccessKey } from '../ports/credentials.ts';
import { createManagementGuard } from './management-guard.ts';

const nowMs = Date.UTC(2026, 0, 2);
const keys = [
  { accessKeyId: 'AKIAHOME', secretAccessKey: 'one', account: '111111111111' },
  { accessKeyId: 'AKIAAWAY', secretAccessKey: 'two', account: '222222222222' },
];
const guard = createManagementGuard({
  mode: 'secure',
  credentials: { accessKey: (id) => keys.filter(({ accessKeyId }) => accessKeyId === id).map(rootAccessKey)[0] },
  now: () => nowMs,
});

function callBy(accessKeyId: string, secretAccessKey: string): ManagementCall {
  const path = '/prod/@connections/abc=';
  const headers = ['Host', 'api1.execute-api.us-east-1.amazonaws.com'];
  const signed = signatureHeaders({
    ...{ method: 'POST', path, query: '', headers, body: undefined, nowMs },
    keys: { accessKeyId, secretAccessKey },
    region: 'us-east-1',
    service: 'execute-api',
  });
  const request: HttpRequest = {
    ...{ method: 'POST', path, query: '', body: noBody, protocol: 'HTTP/1.1', secure: false, sourceIp: '127.0.0.1' },
    headers: [...headers, ...signed],
  };
  const stage = { account: '111111111111', region: 'us-east-1', apiId: 'api1', stage: 'prod' };
  return { request, stage, verb: 'POST' } as unknown as ManagementCall;
}

test('[WS-20] in secure mode the root of the account may post to a connection; another account’s root and a wrong secret may not', async () => {
  await guard(callBy('AKIAHOME', 'one'));
  await assert.rejects(guard(callBy('AKIAAWAY', 'two')), { kind: 'AccessDeniedException' });
  await assert.rejects(guard(callBy('AKIAHOME', 'two')), { kind: 'InvalidSignatureException' });
  await assert.rejects(guard(callBy('AKIANOBODY', 'one')), { kind: 'UnrecognizedClientException' });
});
