/** What IAM and STS keep in the store. Names are unique without regard to case, so keys hold them in lower case. */
import type { CognitoCaller } from '../../ports/credentials.ts';
import { collection } from '../../ports/store.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What users, groups and roles have in common. */
export interface IdentityRecord {
  readonly account: string;
  readonly name: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  /** `AIDA…`, `AGPA…`, `AROA…`: unique for ever, so that a name used again is somebody else. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly tags: readonly Tag[];
  /** Policy name → document as given. */
  readonly inline: Readonly<Record<string, string>>;
  /** ARNs of managed policies, in the order they were attached. */
  readonly attached: readonly string[];
  /** ARN of the managed policy that bounds a user or role. */
  readonly boundary?: string;
}

export interface AccessKeyRecord {
  readonly id: string;
  readonly secret: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAtMs: number;
}

export interface UserRecord extends IdentityRecord {
  readonly groups: readonly string[];
  readonly accessKeys: readonly AccessKeyRecord[];
}

export type GroupRecord = IdentityRecord;

export interface RoleRecord extends IdentityRecord {
  /** Trust policy as given. */
  readonly trust: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
}

export interface PolicyVersionRecord {
  readonly id: string;
  readonly document: string;
  readonly createdAtMs: number;
}

/** A customer's managed policy; AWS's own are in aws-managed-policies.ts. */
export interface PolicyRecord {
  readonly account: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly description?: string;
  readonly tags: readonly Tag[];
  readonly versions: readonly PolicyVersionRecord[];
  readonly defaultVersionId: string;
  /** Number of the next version: numbers are never used again. */
  readonly nextVersion: number;
}

export interface InstanceProfileRecord {
  readonly account: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly createdAtMs: number;
  readonly tags: readonly Tag[];
  readonly role?: string;
}

export interface OidcProviderRecord {
  readonly account: string;
  /** Without the scheme: `accounts.example.com/tenant`. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAtMs: number;
  readonly tags: readonly Tag[];
}

/** On whose behalf temporary credentials were given. */
export type SessionSubject =
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly roleId: string;
      readonly sessionName: string;
      readonly exists: boolean;
    }
  | { readonly kind: 'user'; readonly userName: string; readonly userId: string }
  | { readonly kind: 'root' }
  /** A federated user has what its maker has, within the session's policies. */
  | { readonly kind: 'federated'; readonly name: string; readonly userName: string | undefined };

export interface SessionRecord {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly token: string;
  readonly account: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly subject: SessionSubject;
  /** Documents as given. */
  readonly policies: readonly string[];
  readonly policyArns: readonly string[];
  readonly tags: readonly Tag[];
  /** `accounts.google.com`, for roles assumed with a web identity. */
  readonly federatedProvider?: string;
  readonly sourceIdentity?: string;
  readonly cognito?: CognitoCaller;
}

export interface RootKeyRecord {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly account: string;
}

/** `[accessKeyId]` */
export const rootKeys = collection<RootKeyRecord>('iam-root-key');
/** `[account, name]` */
export const users = collection<UserRecord>('iam-user');
export const groups = collection<GroupRecord>('iam-group');
export const roles = collection<RoleRecord>('iam-role');
export const policies = collection<PolicyRecord>('iam-policy');
export const instanceProfiles = collection<InstanceProfileRecord>('iam-instance-profile');
/** `[account, url]` */
export const oidcProviders = collection<OidcProviderRecord>('iam-oidc-provider');
/** `[account, alias]` */
export const accountAliases = collection<{ readonly alias: string }>('iam-account-alias');
/** `[accessKeyId]` */
export const accessKeyOwners = collection<{ readonly account: string; readonly userName: string }>('iam-access-key');
/** `[accessKeyId]` */
export const sessions = collection<SessionRecord>('sts-session');

export const keyOf = (account: string, name: string): string[] => [account, name.toLowerCase()];
