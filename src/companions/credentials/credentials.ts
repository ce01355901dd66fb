/** The credentials companion: IAM and STS over the store, the keys they give out, and sessions for the rest of the house. */
import type { Clock } from '../../base/clock.ts';
import type { Credentials } from '../../ports/credentials.ts';
import type { Roles } from '../../ports/roles.ts';
import type { Sessions } from '../../ports/sessions.ts';
import type { Store } from '../../ports/store.ts';
import type { TokenIssuers } from '../../ports/token-issuers.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations as IamOperations } from '../../wire/generated/iam.ts';
import type { Operations as StsOperations } from '../../wire/generated/sts.ts';
import { createDirectory } from './directory.ts';
import { accountHandlers } from './handlers/account.ts';
import { groupHandlers } from './handlers/groups.ts';
import { identityPolicyHandlers } from './handlers/identity-policies.ts';
import { managedPolicyHandlers } from './handlers/managed-policies.ts';
import { roleHandlers } from './handlers/roles.ts';
import { simulationHandlers } from './handlers/simulation.ts';
import { stsHandlers } from './handlers/sts.ts';
import { userHandlers } from './handlers/users.ts';
import { createKeyRing } from './key-ring.ts';
import { refusalOfLogRole } from './log-role.ts';
import { ensureGatewayRole } from './service-linked-roles.ts';
import { createSessionIssuer } from './session-issuer.ts';

export interface CredentialsParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Roles that somebody names have to be there. */
  readonly strictPermissions: boolean;
}

export interface CredentialsCompanion {
  /** Keys that IAM and STS made. */
  readonly credentials: Credentials;
  readonly sessions: Sessions;
  readonly roles: Roles;
  /** Why a role may not write the logs of a region; undefined when it may. */
  refusalOfLogRole(roleArn: string, region: string): Promise<string | undefined>;
  /** Makes API Gateway's service-linked role in an account that has none. */
  ensureGatewayRole(account: string): Promise<void>;
  readonly iam: Handlers<IamOperations>;
  /** `known` are all keys of the process, those of the settings included. */
  sts(known: Credentials, tokenIssuers: TokenIssuers): Handlers<StsOperations>;
  /** Forgets what it keeps in memory, because the store was emptied. */
  reset(): void;
}

export function createCredentials({ store, clock, strictPermissions }: CredentialsParts): CredentialsCompanion {
  const keyRing = createKeyRing(store);
  const directory = createDirectory(store, clock, () => keyRing.forget());
  const issuer = createSessionIssuer(store, clock);
  return {
    credentials: keyRing,
    sessions: issuer,
    roles: keyRing,
    refusalOfLogRole: (roleArn, region) =>
      refusalOfLogRole({ directory, roles: keyRing, isStrict: strictPermissions }, roleArn, region),
    ensureGatewayRole: (account) => ensureGatewayRole(directory, account),
    iam: {
      ...userHandlers(directory),
      ...groupHandlers(directory),
      ...roleHandlers(directory),
      ...identityPolicyHandlers(directory),
      ...managedPolicyHandlers(directory),
      ...accountHandlers(directory),
      ...simulationHandlers(directory),
    },
    sts: (known, tokenIssuers) => stsHandlers({ directory, credentials: known, issuer, tokenIssuers }),
    reset: () => keyRing.forget(),
  };
}
