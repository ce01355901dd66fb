/** Credentials for a while: what functions, identity pools and integrations act with on behalf of a role. */
import type { PolicyContext, PolicyPrincipal } from '../base/policy.ts';
import type { CognitoCaller } from './credentials.ts';

export interface SessionRequest {
  readonly roleArn: string;
  /** `[\w+=,.@-]{2,64}` */
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** Who assumes the role, e.g. `{ kind: 'Service', names: ['lambda.amazonaws.com'] }`; its trust policy has to allow it. */
  readonly principal: PolicyPrincipal;
  /** `sts:AssumeRole` unless given. */
  readonly action?: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity';
  /** Condition keys the trust policy may ask for. */
  readonly context?: PolicyContext;
  /** Remembered for `$context.identity.cognito…`. */
  readonly cognito?: CognitoCaller;
}

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

export interface Sessions {
  /** Rejects with a Problem of kind AccessDeniedException when there is no such role or it does not trust the principal. */
  assumeRole(request: SessionRequest): Promise<SessionCredentials>;
  /**
   * For a service that was handed the role when it was configured, as Lambda is: its trust is not asked again. A role that does not exist, or belongs to
   * another account than the service's resource, gives credentials of this account that are valid and may do nothing.
   */
  forService(
    request: Pick<SessionRequest, 'roleArn' | 'sessionName' | 'durationSeconds'> & { readonly account: string },
  ): Promise<SessionCredentials>;
}
