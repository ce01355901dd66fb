/** Users, roles and signed requests in a few words, for tests with the official clients. */

import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { clientConfig, type TestGatewright } from './gatewright-in-process.ts';
import { Sha256 } from './sdk-signer.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const policyOf = (...Statement: unknown[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
export const allowInvoke = (Resource: string | string[] = '*') => ({
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource,
});
export const trusting = (Principal: unknown, more: object = {}): string =>
  policyOf({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more });

export interface IamUnderTest {
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** Clients of somebody else. */
  stsAs(keys: Keys): STSClient;
  /** A user with a key and, when given, one inline policy. */
  user(name: string, policy?: string): Promise<Keys & { readonly arn: string; readonly id: string }>;
  role(name: string, trust: string, policy?: string): Promise<string>;
  assume(roleArn: string, as?: Keys, more?: Partial<AssumeRoleCommandInput>): Promise<Required<Keys>>;
  close(): void;
}

/** `account` is the account of everything made here: its 12 digits are the key in dev mode. */
export function iamUnderTest(gatewright: TestGatewright, account = '000000000000'): IamUnderTest {
  const root = { accessKeyId: account, secretAccessKey: 'test' };
  const config = (credentials: Keys) => ({ ...clientConfig(gatewright.endpoint), credentials });
  const iam = new IAMClient(config(root));
  const sts = new STSClient(config(root));
  const others: STSClient[] = [];
  const stsAs = (keys: Keys): STSClient => {
    const client = new STSClient(config(keys));
    others.push(client);
    return client;
  };
  return {
    iam,
    sts,
    stsAs,
    async user(name, policy) {
      const { User } = await iam.send(new CreateUserCommand({ UserName: name }));
      if (policy !== undefined) {
        await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument: policy }));
      }
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
      return {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
        arn: User!.Arn!,
        id: User!.UserId!,
      };
    },
    async role(name, trust, policy) {
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
      if (policy !== undefined) {
        await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: policy }));
      }
      return Role!.Arn!;
    },
    async assume(RoleArn, as = root, more = {}) {
      const { Credentials } = await stsAs(as).send(
        new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test', ...more }),
      );
      const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
      return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
    },
    close() {
      iam.destroy();
      sts.destroy();
      for (const client of others) client.destroy();
    },
  };
}

/** A request signed by the SDK's signer for `execute-api`, sent with fetch. */
export async function signedFetch(
  url: string,
  keys: Keys,
  options: { method?: string; body?: string; presign?: boolean; region?: string } = {},
): Promise<{ status: number; body: string; errorType: string | null }> {
  const { hostname, host, pathname, search } = new URL(url);
  const { method = 'GET', body, presign = false, region = 'us-east-1' } = options;
  const signer = new SignatureV4({ service: 'execute-api', region, sha256: Sha256, credentials: keys });
  const request = {
    method,
    protocol: 'http:',
    hostname,
    path: pathname,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: { host },
    body,
  };
  const signed = (await (presign ? signer.presign(request as never) : signer.sign(request as never))) as unknown as {
    headers: Record<string, string>;
    query: Record<string, string>;
  };
  const { host: _, ...headers } = signed.headers;
  const query = new URLSearchParams(signed.query).toString();
  const target = `${url.split('?')[0]}${query === '' ? '' : `?${query}`}`;
  const reply = await fetch(target, { method, headers, ...(body !== undefined && { body }) });
  return { status: reply.status, body: await reply.text(), errorType: reply.headers.get('x-amzn-errortype') };
}
