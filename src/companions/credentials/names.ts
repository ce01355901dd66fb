/** Names and identifiers of IAM: ARNs, unique ids, secrets. */
import { randomBytes } from 'node:crypto';

export type IamKind = 'user' | 'group' | 'role' | 'policy' | 'instance-profile';

/** `arn:aws:iam::123456789012:role/path/name` */
export function iamArn(
  kind: IamKind,
  { account, path, name }: { account: string; path: string; name: string },
): string {
  return `arn:aws:iam::${account}:${kind}${path}${name}`;
}

/** Account, path and name of an IAM ARN of this kind; undefined for any other text. */
export function parseIamArn(kind: IamKind, arn: string): { account: string; path: string; name: string } | undefined {
  const parts = /^arn:aws[\w-]*:iam::(\d{12}|aws):([a-z-]+)(\/(?:[\u0021-\u007e]+\/)?)([\w+=,.@-]+)$/.exec(arn);
  if (parts === null || parts[2] !== kind) return undefined;
  return { account: parts[1]!, path: parts[3]!, name: parts[4]! };
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `AIDA`, `AROA`, `ANPA`, `AGPA`, `AIPA` and 17 characters more; access keys have 16. */
export function newUniqueId(prefix: 'AIDA' | 'AROA' | 'ANPA' | 'AGPA' | 'AIPA' | 'AKIA' | 'ASIA'): string {
  const length = prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17;
  let id: string = prefix;
  for (const byte of randomBytes(length)) id += base32[byte & 31];
  return id;
}

/** 40 characters. */
export const newSecret = (): string => randomBytes(30).toString('base64');

/** Opaque; as long as AWS's. */
export const newSessionToken = (): string => randomBytes(192).toString('base64');
