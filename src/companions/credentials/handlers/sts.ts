/** STS: who am I, and credentials for a while. */
import { Problem } from '../../../base/problem.ts';
import { type Caller, type Credentials, rootCaller } from '../../../ports/credentials.ts';
import type { SessionCredentials } from '../../../ports/sessions.ts';
import type { TokenIssuers } from '../../../ports/token-issuers.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations, Tag } from '../../../wire/generated/sts.ts';
import { checkPolicyText, type Directory, policySize } from '../directory.ts';
import { accessDenied, validation } from '../iam-errors.ts';
import { accessKeyOwners, type RoleRecord, type SessionSubject, sessions } from '../records.ts';
import { roleSubject, type SessionIssuer } from '../session-issuer.ts';
import { mayAssume, trustOf } from '../trust.ts';

export interface StsParts {
  readonly directory: Directory;
  readonly credentials: Credentials;
  readonly issuer: SessionIssuer;
  readonly tokenIssuers: TokenIssuers;
}

const defaultSeconds = 3600;
/** A session that assumes a role gets an hour at most ("role chaining" in the IAM user guide). */
const maxChainedSeconds = 3600;
const defaultUserSeconds = 43_200;
const maxPackedCharacters = 2048;

interface SessionPolicies {
  readonly Policy?: string;
  readonly PolicyArns?: readonly { readonly arn?: string }[];
  readonly Tags?: readonly Tag[];
}

export function stsHandlers({ directory, credentials, issuer, tokenIssuers }: StsParts): Handlers<Operations> {
  const { clock } = directory;

  /** In dev mode a key nobody knows is believed to be its account's root, as everywhere. */
  async function callerOf({ accessKeyId, account }: Call): Promise<Caller> {
    return (accessKeyId === undefined ? undefined : await credentials.accessKey(accessKeyId)) ?? rootCaller(account);
  }

  return {
    async GetCallerIdentity(_input, call) {
      const { userId, account, callerArn } = await callerOf(call);
      return { UserId: userId, Account: account, Arn: callerArn };
    },

    async AssumeRole(input, call) {
      const caller = await callerOf(call);
      const limits = sessionLimits(input);
      const context = new Map<string, string | readonly string[]>([['sts:rolesessionname', input.RoleSessionName]]);
      if (input.ExternalId !== undefined) context.set('sts:externalid', input.ExternalId);
      if (input.SourceIdentity !== undefined) context.set('sts:sourceidentity', input.SourceIdentity);
      for (const { Key, Value } of input.Tags ?? []) context.set(`aws:requesttag/${Key.toLowerCase()}`, Value);
      if (input.Tags !== undefined)
        context.set(
          'aws:tagkeys',
          input.Tags.map(({ Key }) => Key),
        );
      const role = await issuer.role(input.RoleArn);
      if (role === undefined || !mayAssume(role, caller, 'sts:AssumeRole', context)) {
        throw accessDenied(
          `User: ${caller.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
          role === undefined
            ? `there is no role ${input.RoleArn}`
            : `neither trust nor policies let ${caller.callerArn} assume ${input.RoleArn}`,
        );
      }
      const isChained = caller.callerArn.includes(':assumed-role/');
      const durationSeconds = durationOf(input.DurationSeconds, role, isChained);
      const made = await issuer.issue({
        account: role.account,
        subject: roleSubject(role, input.RoleSessionName),
        durationSeconds,
        ...limits,
        tags: input.Tags ?? [],
        ...(input.SourceIdentity !== undefined && { sourceIdentity: input.SourceIdentity }),
      });
      return {
        Credentials: answered(made),
        AssumedRoleUser: assumed(role, input.RoleSessionName),
        ...packed(input),
        ...(input.SourceIdentity !== undefined && { SourceIdentity: input.SourceIdentity }),
      };
    },

    async AssumeRoleWithWebIdentity(input) {
      const denied = (why: string): Problem =>
        accessDenied('Not authorized to perform sts:AssumeRoleWithWebIdentity', why);
      const limits = sessionLimits(input);
      const role = await issuer.role(input.RoleArn);
      if (role === undefined) throw denied(`there is no role ${input.RoleArn}`);
      // With its library of tokens, which a start without is faster and smaller for.
      const { readWebIdentity, webIdentityContext } = await import('../web-identity.ts');
      const identity = await directory.read((tx) =>
        readWebIdentity(tx, tokenIssuers, role.account, input.WebIdentityToken, clock.now()),
      );
      const context = webIdentityContext(identity);
      context.set('sts:rolesessionname', input.RoleSessionName);
      const outcome = trustOf(role, {
        principal: { kind: 'Federated', names: identity.principalNames },
        action: 'sts:AssumeRoleWithWebIdentity',
        context,
      });
      if (outcome.decision !== 'allow')
        throw denied(`${input.RoleArn} does not trust ${identity.subject} of ${identity.provider}`);
      const made = await issuer.issue({
        account: role.account,
        subject: roleSubject(role, input.RoleSessionName),
        durationSeconds: durationOf(input.DurationSeconds, role, false),
        ...limits,
        federatedProvider: identity.provider,
      });
      return {
        Credentials: answered(made),
        SubjectFromWebIdentityToken: identity.subject,
        AssumedRoleUser: assumed(role, input.RoleSessionName),
        ...packed(input),
        Provider: identity.principalNames[0]!,
        Audience: identity.audience,
      };
    },

    async GetSessionToken(input, call) {
      const caller = await callerOf(call);
      if (isTemporary(caller, call)) throw accessDenied('Cannot call GetSessionToken with session credentials');
      const subject: SessionSubject = userSubject(caller);
      const made = await issuer.issue({
        account: caller.account,
        subject,
        durationSeconds: input.DurationSeconds ?? defaultUserSeconds,
      });
      return { Credentials: answered(made) };
    },

    async GetFederationToken(input, call) {
      const caller = await callerOf(call);
      if (isTemporary(caller, call)) throw accessDenied('Cannot call GetFederationToken with session credentials');
      const limits = sessionLimits(input);
      const userName = caller.context.get('aws:username') as string | undefined;
      const made = await issuer.issue({
        account: caller.account,
        subject: { kind: 'federated', name: input.Name, userName },
        durationSeconds: input.DurationSeconds ?? defaultUserSeconds,
        ...limits,
        tags: input.Tags ?? [],
      });
      return {
        Credentials: answered(made),
        FederatedUser: {
          FederatedUserId: `${caller.account}:${input.Name}`,
          Arn: `arn:aws:sts::${caller.account}:federated-user/${input.Name}`,
        },
        ...packed(input),
      };
    },

    GetAccessKeyInfo: (input) =>
      directory.read(async (tx) => {
        const { AccessKeyId: id } = input;
        const known = await credentials.accessKey(id);
        const account =
          known?.account ?? (await tx.get(accessKeyOwners, [id]))?.account ?? (await tx.get(sessions, [id]))?.account;
        if (account === undefined) throw validation(`Invalid Access Key ID: ${id}`);
        return { Account: account };
      }),
  };
}

function isTemporary(caller: Caller, { accessKeyId }: Call): boolean {
  return accessKeyId?.startsWith('ASIA') === true || caller.callerArn.includes(':assumed-role/');
}

function userSubject({ context, userId }: Caller): SessionSubject {
  const userName = context.get('aws:username');
  return typeof userName === 'string' ? { kind: 'user', userName, userId } : { kind: 'root' };
}

function durationOf(asked: number | undefined, role: RoleRecord, isChained: boolean): number {
  const seconds = asked ?? Math.min(defaultSeconds, role.maxSessionSeconds);
  if (isChained && seconds > maxChainedSeconds) {
    throw validation(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > role.maxSessionSeconds) {
    throw validation('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}

function sessionLimits({ Policy, PolicyArns = [] }: SessionPolicies): {
  policies: readonly string[];
  policyArns: readonly string[];
} {
  if (Policy !== undefined) checkPolicyText(Policy, 'identity');
  if (packedSize({ ...(Policy !== undefined && { Policy }) }) > 100) {
    throw new Problem('PackedPolicyTooLargeException', 'Packed policy consumes more than the allowed space.');
  }
  return { policies: Policy === undefined ? [] : [Policy], policyArns: PolicyArns.map(({ arn }) => arn ?? '') };
}

/** Per cent of what a session's policies and tags may take. */
function packedSize({ Policy = '', Tags = [] }: SessionPolicies): number {
  const characters = policySize(Policy) + Tags.reduce((sum, { Key, Value }) => sum + Key.length + Value.length, 0);
  return Math.ceil((100 * characters) / maxPackedCharacters);
}

function packed(input: SessionPolicies): { PackedPolicySize?: number } {
  if (input.Policy === undefined && !input.PolicyArns?.length && !input.Tags?.length) return {};
  return { PackedPolicySize: Math.max(1, packedSize(input)) };
}

function answered({ accessKeyId, secretAccessKey, sessionToken, expiresAtMs }: SessionCredentials) {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiresAtMs,
  };
}

function assumed(role: RoleRecord, sessionName: string) {
  return {
    AssumedRoleId: `${role.id}:${sessionName}`,
    Arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
  };
}
