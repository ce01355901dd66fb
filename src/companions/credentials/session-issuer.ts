/** Temporary credentials: who may assume a role, and how a session is written down. */
import type { Clock } from '../../base/clock.ts';
import type { CognitoCaller } from '../../ports/credentials.ts';
import type { SessionCredentials, SessionRequest, Sessions } from '../../ports/sessions.ts';
import type { Store } from '../../ports/store.ts';
import { accessDenied } from './iam-errors.ts';
import { iamArn, newSecret, newSessionToken, newUniqueId, parseIamArn } from './names.ts';
import {
  keyOf,
  type RoleRecord,
  roles,
  type SessionRecord,
  type SessionSubject,
  sessions,
  type Tag,
} from './records.ts';
import { trustOf } from './trust.ts';

export interface NewSession {
  readonly account: string;
  readonly subject: SessionSubject;
  readonly durationSeconds: number;
  readonly policies?: readonly string[];
  readonly policyArns?: readonly string[];
  readonly tags?: readonly Tag[];
  readonly federatedProvider?: string;
  readonly sourceIdentity?: string;
  readonly cognito?: CognitoCaller;
}

export interface SessionIssuer extends Sessions {
  issue(session: NewSession): Promise<SessionCredentials>;
  /** The role of an ARN; undefined when there is none. */
  role(roleArn: string): Promise<RoleRecord | undefined>;
}

/** Sessions are kept in the store, so that they outlive the process, until a while after they have expired. */
export function createSessionIssuer(store: Store, clock: Clock): SessionIssuer {
  let nextSweepMs = 0;

  async function issue(session: NewSession): Promise<SessionCredentials> {
    const issuedAtMs = clock.now();
    // AWS gives whole seconds.
    const expiresAtMs = Math.floor(issuedAtMs / 1000) * 1000 + session.durationSeconds * 1000;
    const { durationSeconds: _, policies = [], policyArns = [], tags = [], ...rest } = session;
    const record: SessionRecord = {
      ...rest,
      accessKeyId: newUniqueId('ASIA'),
      secret: newSecret(),
      token: newSessionToken(),
      issuedAtMs,
      expiresAtMs,
      policies,
      policyArns,
      tags,
    };
    await store.write(async (tx) => {
      if (issuedAtMs >= nextSweepMs) {
        nextSweepMs = issuedAtMs + sweepEveryMs;
        for (const { key, value } of await tx.list(sessions, [])) {
          if (value.expiresAtMs + keptAfterMs < issuedAtMs) tx.delete(sessions, key);
        }
      }
      tx.put(sessions, [record.accessKeyId], record);
    });
    return { accessKeyId: record.accessKeyId, secretAccessKey: record.secret, sessionToken: record.token, expiresAtMs };
  }

  async function role(roleArn: string): Promise<RoleRecord | undefined> {
    const named = parseIamArn('role', roleArn);
    if (named === undefined) return undefined;
    const found = await store.read((tx) => tx.get(roles, keyOf(named.account, named.name)));
    return found?.path === named.path ? found : undefined;
  }

  return {
    issue,
    role,
    async forService({ account, roleArn, sessionName, durationSeconds }) {
      const found = await role(roleArn);
      if (found?.account === account) {
        return issue({ account, subject: roleSubject(found, sessionName), durationSeconds });
      }
      return issue({
        account,
        subject: { kind: 'role', roleArn, roleId: newUniqueId('AROA'), sessionName, exists: false },
        durationSeconds,
      });
    },
    async assumeRole(request: SessionRequest) {
      const found = await role(request.roleArn);
      const outcome = found && trustOf(found, request);
      if (found === undefined || outcome?.decision !== 'allow') {
        throw accessDenied(
          `Not authorized to perform ${request.action ?? 'sts:AssumeRole'}`,
          found === undefined
            ? `there is no role ${request.roleArn}`
            : `${request.roleArn} does not trust ${request.principal.names.join()}`,
        );
      }
      return issue({
        account: found.account,
        subject: roleSubject(found, request.sessionName),
        durationSeconds: Math.min(request.durationSeconds, found.maxSessionSeconds),
        ...(request.cognito && { cognito: request.cognito }),
      });
    },
  };
}

const sweepEveryMs = 600_000;
/** Long enough that a late caller is told "expired" and not "invalid". */
const keptAfterMs = 24 * 3_600_000;

export function roleSubject(role: RoleRecord, sessionName: string): SessionSubject {
  return { kind: 'role', roleArn: iamArn('role', role), roleId: role.id, sessionName, exists: true };
}
