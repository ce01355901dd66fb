/** Who owns an access key, and what its owner may do. */
import { allPermissions, type Permissions } from '../base/permissions.ts';
import type { PolicyPrincipal } from '../base/policy.ts';
import type { VerifyingKey } from '../base/sigv4-verify.ts';

/** Whoever calls, as policies see them. */
export interface Caller {
  /** 12 digits. */
  readonly account: string;
  readonly callerArn: string;
  /** `AIDA…` of a user, `AROA…:session` of a role, the account of its root: `aws:userid`. */
  readonly userId: string;
  readonly principal: PolicyPrincipal;
  readonly permissions: Permissions;
  /** Condition keys that tell of the caller, in lower case: `aws:username`, `aws:principaltag/team`. */
  readonly context: ReadonlyMap<string, string | readonly string[]>;
  /** Where an identity pool gave the credentials. */
  readonly cognito?: CognitoCaller;
}

/** `$context.identity.cognito…` */
export interface CognitoCaller {
  readonly identityId: string;
  readonly identityPoolId: string;
  readonly authenticationType: 'authenticated' | 'unauthenticated';
  readonly authenticationProvider: string | undefined;
}

export interface AccessKey extends VerifyingKey, Caller {
  readonly accessKeyId: string;
}

export interface Credentials {
  /** The key as it is now; undefined when nobody has it or it is inactive. At once when it is known already. */
  accessKey(accessKeyId: string): AccessKey | undefined | Promise<AccessKey | undefined>;
}

/** The root of an account: nothing but a resource's own policy limits it. */
export function rootCaller(account: string): Caller {
  const callerArn = `arn:aws:iam::${account}:root`;
  return {
    account,
    callerArn,
    userId: account,
    principal: { kind: 'AWS', names: [callerArn] },
    permissions: allPermissions,
    context: new Map([
      ['aws:principalaccount', account],
      ['aws:principalarn', callerArn],
      ['aws:principaltype', 'Account'],
      ['aws:userid', account],
    ]),
  };
}

/** A key of an account's root. */
export function rootAccessKey(key: { accessKeyId: string; secretAccessKey: string; account: string }): AccessKey {
  const { accessKeyId, secretAccessKey, account } = key;
  return { accessKeyId, secretAccessKey, ...rootCaller(account) };
}
