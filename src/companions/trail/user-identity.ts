/** `userIdentity` of a record: who called, in CloudTrail's words. */
import type { AnsweredCall } from '../../wire/endpoint.ts';
import { secondsIso } from './times.ts';

export interface UserIdentity {
  readonly type: 'Root' | 'IAMUser' | 'AssumedRole' | 'FederatedUser' | 'Unknown';
  readonly principalId: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly sessionContext?: object;
}

/** Operations that nobody signs are made by nobody known; everything else by an account's root, a user, or whoever holds temporary credentials. */
export function userIdentity({
  call,
  caller,
  operation,
}: Pick<AnsweredCall, 'call' | 'caller' | 'operation'>): UserIdentity {
  const { account: accountId, accessKeyId } = call;
  if (accessKeyId === undefined && operation.isUnsigned) return { type: 'Unknown', principalId: 'Anonymous' };
  const arn = call.callerArn;
  const of = { arn, accountId, ...(accessKeyId !== undefined && { accessKeyId }) };
  const principalId = caller?.userId ?? accountId;
  const session = caller && sessionOf(caller);
  if (arn.includes(':assumed-role/')) {
    const roleArn = text(caller, 'aws:principalarn') ?? arn;
    return {
      ...{ type: 'AssumedRole', principalId, ...of },
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: principalId.split(':')[0],
          ...{ arn: roleArn, accountId, userName: roleArn.slice(roleArn.lastIndexOf('/') + 1) },
        },
        ...session,
      },
    };
  }
  const sessionContext = session && { sessionContext: session };
  if (arn.includes(':federated-user/')) return { type: 'FederatedUser', principalId, ...of, ...sessionContext };
  const userName = text(caller, 'aws:username');
  if (userName !== undefined) return { type: 'IAMUser', principalId, ...of, userName, ...sessionContext };
  return { type: 'Root', principalId, ...of, ...sessionContext };
}

/** `Username` of an event: a user's, a session's, or `root`; undefined for nobody. */
export function userNameOf({ type, userName, principalId }: UserIdentity): string | undefined {
  if (type === 'Root') return 'root';
  return userName ?? (type === 'Unknown' ? undefined : principalId.slice(principalId.indexOf(':') + 1));
}

/** Of temporary credentials. */
function sessionOf(caller: NonNullable<AnsweredCall['caller']>): object | undefined {
  const issued = text(caller, 'aws:tokenissuetime');
  if (issued === undefined) return undefined;
  const sourceIdentity = text(caller, 'aws:sourceidentity');
  return {
    attributes: {
      creationDate: secondsIso(Date.parse(issued)),
      mfaAuthenticated: text(caller, 'aws:multifactorauthpresent') ?? 'false',
    },
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
}

function text(caller: AnsweredCall['caller'], key: string): string | undefined {
  const found = caller?.context.get(key);
  return typeof found === 'string' ? found : undefined;
}
