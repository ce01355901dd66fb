/** S3 in secure mode: signatures by S3's rules, identity and bucket policies, presigned URLs, and an API that is a proxy for it. */
import { strict as assert } from 'node:assert';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { APIGatewayClient, CreateDeploymentCommand, ImportRestApiCommand } from '@aws-sdk/client-api-gateway';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { signatureHeaders } from '../../src/base/sigv4-signer.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { type Keys, policyOf, trusting } from '../support/iam-under-test.ts';
import { Sha256 } from '../support/sdk-signer.ts';

const account = '123456789012';
const root = { accessKeyId: 'AKIAROOT', secretAccessKey: 'the secret of the root', account };
const neighbour = { accessKeyId: 'AKIANEIGHBOUR', secretAccessKey: 'another secret', account: '210987654321' };

describe('S3 in secure mode', () => {
  let gatewright: TestGatewright;
  let owner: S3Client;
  let iam: IAMClient;
  const clients: { destroy(): void }[] = [];
  const s3As = (credentials: Keys): S3Client => {
    const client = new S3Client({ ...clientConfig(gatewright.endpoint), credentials, forcePathStyle: true });
    clients.push(client);
    return client;
  };
  before(async () => {
    gatewright = await startTestGatewright({ mode: 'secure', credentials: [root, neighbour] });
    owner = s3As(root);
    iam = new IAMClient({ ...clientConfig(gatewright.endpoint), credentials: root });
    clients.push(iam);
    await owner.send(new CreateBucketCommand({ Bucket: 'shop' }));
    await owner.send(new PutObjectCommand({ Bucket: 'shop', Key: 'public/a', Body: 'a' }));
    await owner.send(new PutObjectCommand({ Bucket: 'shop', Key: 'private/b', Body: 'b' }));
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await gatewright.close();
  });

  async function userWith(UserName: string, ...statements: object[]): Promise<Keys> {
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: policyOf(...statements) }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  }

  async function presigned(
    keys: Keys,
    path: string,
    method = 'GET',
    expiresIn = 60,
    signingDate = new Date(),
  ): Promise<string> {
    const { host, hostname } = new URL(gatewright.endpoint);
    const options = { service: 's3', region: 'us-east-1', sha256: Sha256, credentials: keys, uriEscapePath: false };
    const request = { method, protocol: 'http:', hostname, path, query: {}, headers: { host } };
    const signer = new SignatureV4({ ...options, applyChecksum: false });
    const unsigned = { unsignableHeaders: new Set<string>(), expiresIn, signingDate };
    const signed = (await signer.presign(
      { ...request, headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } } as never,
      unsigned,
    )) as unknown as {
      query: Record<string, string>;
    };
    return `${gatewright.endpoint}${path}?${new URLSearchParams(signed.query)}`;
  }

  test('signatures: of unknown keys and of wrong secrets are refused in S3’s words', async () => {
    const stranger = s3As({ accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' });
    await assert.rejects(stranger.send(new ListBucketsCommand({})), {
      name: 'InvalidAccessKeyId',
      message: 'The AWS Access Key Id you provided does not exist in our records.',
    });
    const forger = s3As({ ...root, secretAccessKey: 'wrong' });
    await assert.rejects(forger.send(new PutObjectCommand({ Bucket: 'shop', Key: 'x', Body: 'x' })), {
      name: 'SignatureDoesNotMatch',
      message:
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    });
    const old = await fetch(`${gatewright.endpoint}/shop/private/b`, {
      headers: { Authorization: 'AWS AKIAROOT:c2lnbmF0dXJl', 'X-Amz-Date': new Date().toUTCString() },
    });
    assert.match(await old.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
  });

  test('keys with odd characters, and bodies that are streamed with signed chunks or trailers', async () => {
    const bytes = randomBytes(700_000);
    for (const Key of ['a b/ü+%41', 'a//b', "it's (1)*"]) {
      await owner.send(
        new PutObjectCommand({ Bucket: 'shop', Key, Body: Readable.from([bytes]), ContentLength: bytes.length }),
      );
      const { Body } = await owner.send(new GetObjectCommand({ Bucket: 'shop', Key }));
      assert.ok(bytes.equals(await Body!.transformToByteArray()), Key);
    }
  });

  test('a body that is not the one that was signed is refused and not kept', async () => {
    const { host } = new URL(gatewright.endpoint);
    const options = { service: 's3', region: 'us-east-1', sha256: Sha256, credentials: root, uriEscapePath: false };
    const signed = (await new SignatureV4(options).sign({
      ...{ method: 'PUT', protocol: 'http:', hostname: 'localhost', path: '/shop/forged', query: {} },
      ...{ headers: { host }, body: 'what was signed' },
    } as never)) as unknown as { headers: Record<string, string> };
    const { host: _, ...headers } = signed.headers;
    const reply = await fetch(`${gatewright.endpoint}/shop/forged`, {
      method: 'PUT',
      headers,
      body: 'what was sent..',
    });
    assert.equal(reply.status, 400);
    assert.match(await reply.text(), /<Code>XAmzContentSHA256Mismatch<\/Code>/);
    await assert.rejects(owner.send(new GetObjectCommand({ Bucket: 'shop', Key: 'forged' })), { name: 'NoSuchKey' });
  });

  test('identity policies say what a user may, object by object', async () => {
    const reader = s3As(
      await userWith('reader', { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::shop/public/*' }),
    );
    const { Body } = await reader.send(new GetObjectCommand({ Bucket: 'shop', Key: 'public/a' }));
    assert.equal(await Body!.transformToString(), 'a');
    await assert.rejects(reader.send(new GetObjectCommand({ Bucket: 'shop', Key: 'private/b' })), {
      name: 'AccessDenied',
      message:
        'User: arn:aws:iam::123456789012:user/reader is not authorized to perform: s3:GetObject on resource: ' +
        '"arn:aws:s3:::shop/private/b" because no identity-based policy allows the s3:GetObject action',
    });
    await assert.rejects(reader.send(new PutObjectCommand({ Bucket: 'shop', Key: 'public/a', Body: 'x' })), {
      name: 'AccessDenied',
    });
    const lister = s3As(
      await userWith(
        'lister',
        {
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: 'arn:aws:s3:::shop',
          Condition: { StringLike: { 's3:prefix': 'public/*' } },
        },
        { Effect: 'Allow', Action: ['s3:PutObject', 's3:DeleteObject'], Resource: 'arn:aws:s3:::shop/own/*' },
      ),
    );
    const { KeyCount } = await lister.send(new ListObjectsV2Command({ Bucket: 'shop', Prefix: 'public/' }));
    assert.equal(KeyCount, 1);
    await assert.rejects(lister.send(new ListObjectsV2Command({ Bucket: 'shop' })), { name: 'AccessDenied' });
    await assert.rejects(
      lister.send(new CopyObjectCommand({ Bucket: 'shop', Key: 'own/c', CopySource: 'shop/private/b' })),
      { name: 'AccessDenied', message: /s3:GetObject on resource: "arn:aws:s3:::shop\/private\/b"/ },
    );
    await lister.send(new PutObjectCommand({ Bucket: 'shop', Key: 'own/c', Body: 'c' }));
    const { Deleted, Errors } = await lister.send(
      new DeleteObjectsCommand({ Bucket: 'shop', Delete: { Objects: [{ Key: 'own/c' }, { Key: 'private/b' }] } }),
    );
    assert.deepEqual(
      [Deleted!.map(({ Key }) => Key), Errors!.map(({ Key, Code }) => [Key, Code])],
      [['own/c'], [['private/b', 'AccessDenied']]],
    );
  });

  test('a bucket policy lets in a neighbour and everybody, and denies its own', async () => {
    await owner.send(new CreateBucketCommand({ Bucket: 'shared' }));
    await owner.send(new PutObjectCommand({ Bucket: 'shared', Key: 'open/x', Body: 'x' }));
    await owner.send(new PutObjectCommand({ Bucket: 'shared', Key: 'closed/y', Body: 'y' }));
    const byHost = (path: string): Promise<string> =>
      new Promise((resolve) => {
        let text = '';
        const socket = connect(gatewright.port, '127.0.0.1', () =>
          socket.end(`GET ${path} HTTP/1.1\r\nHost: shared.s3.localhost\r\nConnection: close\r\n\r\n`),
        );
        socket.on('data', (piece) => {
          text += piece.toString();
        });
        socket.on('close', () => resolve(text));
      });
    assert.match(
      await byHost('/open/x'),
      /^HTTP\/1\.1 403 .*<Code>AccessDenied<\/Code><Message>Access Denied<\/Message>/s,
    );
    const other = s3As(neighbour);
    await assert.rejects(other.send(new GetObjectCommand({ Bucket: 'shared', Key: 'open/x' })), {
      name: 'AccessDenied',
    });
    await owner.send(new DeletePublicAccessBlockCommand({ Bucket: 'shared' }));
    const arn = (path: string): string => `arn:aws:s3:::shared/${path}`;
    await owner.send(
      new PutBucketPolicyCommand({
        Bucket: 'shared',
        Policy: policyOf(
          { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: arn('open/*') },
          { Effect: 'Allow', Principal: { AWS: neighbour.account }, Action: 's3:PutObject', Resource: arn('theirs/*') },
          { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: arn('closed/*') },
        ),
      }),
    );
    assert.match(await byHost('/open/x'), /^HTTP\/1\.1 200 .*\r\n\r\nx$/s);
    assert.match(await byHost('/closed/y'), /^HTTP\/1\.1 403 /);
    await other.send(new PutObjectCommand({ Bucket: 'shared', Key: 'theirs/z', Body: 'z' }));
    await assert.rejects(other.send(new PutObjectCommand({ Bucket: 'shared', Key: 'open/z', Body: 'z' })), {
      name: 'AccessDenied',
    });
    await assert.rejects(owner.send(new GetObjectCommand({ Bucket: 'shared', Key: 'closed/y' })), {
      name: 'AccessDenied',
      message: /with an explicit deny in a resource-based policy$/,
    });
  });

  test('presigned URLs: good for what they name, as long as they say', async () => {
    const put = await fetch(await presigned(root, '/shop/signed%20up.txt', 'PUT'), { method: 'PUT', body: 'uploaded' });
    assert.equal(put.status, 200);
    const url = await presigned(root, '/shop/signed%20up.txt');
    assert.equal(await (await fetch(url)).text(), 'uploaded');
    assert.equal((await fetch(url, { method: 'DELETE' })).status, 403);
    const other = await fetch(url.replace('signed%20up.txt', 'private/b'));
    assert.match(await other.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
    const old = await fetch(await presigned(root, '/shop/public/a', 'GET', 60, new Date(Date.now() - 3_600_000)));
    assert.equal(old.status, 403);
    assert.match(await old.text(), /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>/);
  });

  test('URLs presigned by Signature Version 2, as boto3 makes them', async () => {
    const path = '/shop/public/a';
    const sign = (text: string): string => createHmac('sha1', root.secretAccessKey).update(text).digest('base64');
    const url = (expires: number, signed = path): string => {
      const Signature = sign(`GET\n\n\n${expires}\n${signed}`);
      return `${gatewright.endpoint}${path}?${new URLSearchParams({ AWSAccessKeyId: root.accessKeyId, Expires: String(expires), Signature })}`;
    };
    const soon = Math.floor(Date.now() / 1000) + 60;
    assert.equal(await (await fetch(url(soon))).text(), 'a');
    assert.match(await (await fetch(url(soon, '/shop/private/b'))).text(), /<Code>SignatureDoesNotMatch<\/Code>/);
    assert.match(await (await fetch(url(soon - 120))).text(), /<Message>Request has expired<\/Message>/);
    assert.match(
      await (await fetch(url(soon).replace('AKIAROOT', 'AKIANOBODY'))).text(),
      /<Code>InvalidAccessKeyId<\/Code>/,
    );
  });

  test('a large body is refused before it has come, and the client reads why', async () => {
    const socket = connect(gatewright.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'PUT /big HTTP/1.1\r\nHost: shop.s3.localhost\r\nContent-Length: 100000000\r\nExpect: 100-continue\r\n\r\n',
    );
    let text = '';
    socket.on('data', (piece) => {
      text += piece.toString();
    });
    await once(socket, 'end');
    socket.destroy();
    assert.match(text, /^HTTP\/1\.1 403 /);
    assert.doesNotMatch(text, /100 Continue/);
  });

  test('[INT-06] an API is a proxy for S3, as its role', async () => {
    const roleArn = 'arn:aws:iam::123456789012:role/s3-proxy';
    await iam.send(
      new CreateRoleCommand({
        RoleName: 's3-proxy',
        AssumeRolePolicyDocument: trusting({ Service: 'apigateway.amazonaws.com' }),
      }),
    );
    const allow = { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::shop/public/*' };
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 's3-proxy', PolicyName: 'p', PolicyDocument: policyOf(allow) }),
    );
    const admin = new APIGatewayClient({ ...clientConfig(gatewright.endpoint), credentials: root });
    clients.push(admin);
    const integration = (httpMethod: string) => ({
      type: 'aws',
      httpMethod,
      uri: 'arn:aws:apigateway:us-east-1:s3:path/{bucket}/{key}',
      credentials: roleArn,
      requestParameters: {
        'integration.request.path.bucket': 'method.request.path.folder',
        'integration.request.path.key': 'method.request.path.item',
        'integration.request.header.Content-Type': 'method.request.header.Content-Type',
      },
      responses: {
        default: {
          statusCode: '200',
          responseParameters: { 'method.response.header.Content-Type': 'integration.response.header.Content-Type' },
        },
        '4\\d{2}': { statusCode: '400' },
      },
    });
    const method = (verb: string) => ({
      parameters: [
        { name: 'folder', in: 'path', required: true, type: 'string' },
        { name: 'item', in: 'path', required: true, type: 'string' },
        { name: 'Content-Type', in: 'header', type: 'string' },
      ],
      responses: {
        200: { description: 'ok', headers: { 'Content-Type': { type: 'string' } } },
        400: { description: 'no' },
      },
      'x-amazon-apigateway-integration': integration(verb),
    });
    const definition = {
      swagger: '2.0',
      info: { title: 's3-proxy', version: '1' },
      paths: { '/{folder}/{item}': { get: method('GET'), put: method('PUT') } },
    };
    const { id } = await admin.send(new ImportRestApiCommand({ body: Buffer.from(JSON.stringify(definition)) }));
    await admin.send(new CreateDeploymentCommand({ restApiId: id!, stageName: 'test' }));
    const url = `${gatewright.invokeUrl(id!, 'test')}/shop`;
    const got = await fetch(`${url}/public%2Fa`);
    assert.deepEqual([got.status, await got.text()], [200, 'a'], gatewright.complaints.join('\n'));
    const put = await fetch(`${url}/public%2Fnew`, {
      method: 'PUT',
      headers: { 'Content-Type': 'text/plain' },
      body: 'through the API',
    });
    assert.equal(put.status, 200);
    const { Body, ContentType } = await owner.send(new GetObjectCommand({ Bucket: 'shop', Key: 'public/new' }));
    assert.deepEqual([await Body!.transformToString(), ContentType], ['through the API', 'text/plain']);
    assert.equal((await fetch(`${url}/private%2Fb`)).status, 400);
  });

  test('CloudTrail keeps what is done with buckets, not with objects', async () => {
    await owner.send(new CreateBucketCommand({ Bucket: 'trailed' }));
    await owner.send(new PutObjectCommand({ Bucket: 'trailed', Key: 'x', Body: 'x' }));
    const body = JSON.stringify({ LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: 'trailed' }] });
    const { host } = new URL(gatewright.endpoint);
    const headers = [
      'Host',
      host,
      'Content-Type',
      'application/x-amz-json-1.1',
      'X-Amz-Target',
      'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents',
    ];
    const request = { method: 'POST', path: '/', query: '', headers, body: Buffer.from(body) };
    const signature = signatureHeaders({
      ...request,
      keys: root,
      region: 'us-east-1',
      service: 'cloudtrail',
      nowMs: Date.now(),
    });
    const all = [...headers.slice(2), ...signature];
    const named = all.flatMap((name, i) => (i % 2 === 0 ? [[name, all[i + 1]!] as [string, string]] : []));
    const reply = await fetch(gatewright.endpoint, { method: 'POST', headers: named, body });
    const { Events } = (await reply.json()) as { Events: { EventName: string; EventSource: string }[] };
    assert.deepEqual(
      Events.map(({ EventName, EventSource }) => [EventName, EventSource]),
      [['CreateBucket', 's3.amazonaws.com']],
    );
  });
});
