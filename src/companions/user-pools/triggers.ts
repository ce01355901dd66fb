/** Lambda triggers: the functions a pool calls at the turns of a user's life, with Cognito's events, and what it makes of their answers. */

import { newTraceRoot } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { Functions } from '../../ports/functions.ts';
import type { LambdaConfigType } from '../../wire/generated/cognito-idp.ts';
import { poolArn } from './names.ts';
import { notBuilt } from './pool-errors.ts';
import type { PoolRecord, UserRecord } from './records.ts';

export type TriggerName =
  | 'PreSignUp'
  | 'PostConfirmation'
  | 'PreAuthentication'
  | 'PostAuthentication'
  | 'CustomMessage'
  | 'DefineAuthChallenge'
  | 'CreateAuthChallenge'
  | 'VerifyAuthChallengeResponse'
  | 'PreTokenGeneration';

export interface TriggerCall {
  readonly trigger: TriggerName;
  /** `PreSignUp_SignUp` */
  readonly source: string;
  readonly pool: PoolRecord;
  readonly clientId: string | undefined;
  readonly username: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** The response object the function finds in its event. */
  readonly response: Readonly<Record<string, unknown>>;
  /** `1` unless the trigger has later versions. */
  readonly version?: string;
}

export interface Triggers {
  /** The `response` of the pool's function; undefined when the pool has none for this trigger. Throws what Cognito answers when it fails. */
  call(call: TriggerCall): Promise<Record<string, unknown> | undefined>;
}

const notBuiltTriggers = [
  'CustomEmailSender',
  'CustomSMSSender',
  'UserMigration',
  'InboundFederation',
  'KMSKeyID',
] as const;

/** Refuses a configuration that names a trigger which nothing here would call. */
export function checkTriggers(config: LambdaConfigType | undefined): void {
  for (const name of notBuiltTriggers) {
    if (config?.[name] !== undefined) throw notBuilt(`LambdaConfig.${name}`);
  }
  const version = config?.PreTokenGenerationConfig?.LambdaVersion;
  if (version === 'V3_0') throw notBuilt('PreTokenGenerationConfig.LambdaVersion V3_0');
}

/** The function of a trigger. */
export function triggerArn(config: LambdaConfigType | undefined, name: TriggerName): string | undefined {
  const arn =
    name === 'PreTokenGeneration'
      ? (config?.PreTokenGenerationConfig?.LambdaArn ?? config?.PreTokenGeneration)
      : config?.[name];
  return arn === '' ? undefined : arn;
}

/** `userAttributes` of events: the attributes, with `sub` and the user's status. */
export function triggerAttributes(user: Pick<UserRecord, 'sub' | 'status' | 'attributes'>): Record<string, string> {
  return { sub: user.sub, 'cognito:user_status': user.status, ...user.attributes };
}

/** Calls triggers through the Lambda companion. */
export function createTriggers(parts: {
  readonly functions: Functions;
  /** Ask the function's resource policy first, as AWS does. */
  readonly strictPermissions: boolean;
  readonly now: () => number;
}): Triggers {
  const { functions, strictPermissions, now } = parts;

  async function mayInvoke(pool: PoolRecord, functionArn: string): Promise<boolean> {
    if (!strictPermissions) return true;
    const sourceArn = poolArn(pool);
    return functions.mayInvoke({
      functionArn,
      principal: 'cognito-idp.amazonaws.com',
      sourceArn,
      sourceAccount: pool.account,
    });
  }

  return {
    async call({ trigger, source, pool, clientId, username, request, response, version = '1' }) {
      const functionArn = triggerArn(pool.settings.LambdaConfig, trigger);
      if (functionArn === undefined) return undefined;
      const event = {
        version,
        region: pool.region,
        userPoolId: pool.id,
        userName: username,
        callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: clientId ?? 'CLIENT_ID_NOT_APPLICABLE' },
        triggerSource: source,
        request,
        response,
      };
      if (!(await mayInvoke(pool, functionArn))) {
        throw unexpected(trigger, 'AccessDeniedException', `${functionArn} does not let ${poolArn(pool)} invoke it`);
      }
      const result = await functions
        .invoke({
          functionArn,
          payload: JSON.stringify(event),
          type: 'RequestResponse',
          traceId: `Root=${newTraceRoot(now())}`,
        })
        .catch((error: unknown) => {
          if (!(error instanceof Problem)) throw error;
          throw unexpected(trigger, error.kind, error.why);
        });
      const answer = readJson(result.payload);
      if (result.functionError !== undefined) {
        const message = (answer as { errorMessage?: unknown } | undefined)?.errorMessage;
        throw new Problem(
          'UserLambdaValidationException',
          `${trigger} failed with error ${typeof message === 'string' ? message : 'unknown'}.`,
        );
      }
      const given = (answer as { response?: unknown } | undefined)?.response;
      if (typeof answer !== 'object' || answer === null || typeof given !== 'object' || given === null) {
        throw new Problem('InvalidLambdaResponseException', 'Unrecognizable lambda output', {
          why: `the ${trigger} function ${functionArn} did not return the event it was given`,
        });
      }
      return given as Record<string, unknown>;
    },
  };
}

const unexpected = (trigger: TriggerName, error: string, why: string): Problem =>
  new Problem('UnexpectedLambdaException', `${trigger} invocation failed due to error ${error}.`, { why });

function readJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}
