/** The user-pool companion over a store in memory, and a pool with a client and a user in a few lines. */
import { ManualClock } from '../../src/base/clock.ts';
import {
  createUserPools,
  type UserPoolsCompanion,
  type UserPoolsOptions,
} from '../../src/companions/user-pools/user-pools.ts';
import type { Functions } from '../../src/ports/functions.ts';
import { silentLog } from '../../src/ports/telemetry.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Call } from '../../src/wire/call.ts';
import type {
  CreateUserPoolClientRequest,
  CreateUserPoolRequest,
  Operations,
  UserPoolClientType,
} from '../../src/wire/generated/cognito-idp.ts';

export const poolCall: Call = {
  account: '123456789012',
  region: 'eu-west-1',
  requestId: '00000000-0000-4000-8000-000000000000',
  accessKeyId: undefined,
  callerArn: 'arn:aws:iam::123456789012:root',
  endpoint: 'http://localhost:4566',
};

export const goodPassword = 'Sesame-1234';

export interface UserPoolsUnderTest extends UserPoolsCompanion {
  readonly clock: ManualClock;
  /** Any operation, by name. */
  run<Name extends keyof Operations>(name: Name, input: Operations[Name]['input']): Promise<Operations[Name]['output']>;
  /** A pool and a client with every flow. */
  pool(pool?: Partial<CreateUserPoolRequest>, client?: Partial<CreateUserPoolClientRequest>): Promise<PoolUnderTest>;
}

export interface PoolUnderTest {
  readonly id: string;
  readonly client: UserPoolClientType;
  /** A confirmed user with `goodPassword`; answers the username. */
  user(name: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  /** ID, access and refresh token by USER_PASSWORD_AUTH. */
  signIn(
    name: string,
    password?: string,
  ): Promise<Required<Operations['InitiateAuth']['output']>['AuthenticationResult']>;
}

/** Functions by ARN, given the event, answering the event back. */
export function functionsByArn(
  functions: Readonly<Record<string, (event: TriggerEvent) => unknown>>,
): Functions & { readonly events: TriggerEvent[] } {
  const events: TriggerEvent[] = [];
  return {
    events,
    mayInvoke: () => true,
    async invoke({ functionArn, payload }) {
      const event = JSON.parse(String(payload)) as TriggerEvent;
      events.push(structuredClone(event));
      const base = { status: 200, executedVersion: '$LATEST', requestId: 'r' };
      try {
        return { ...base, payload: Buffer.from(JSON.stringify(functions[functionArn]!(event))) };
      } catch (error) {
        const errorMessage = (error as Error).message;
        return {
          ...base,
          functionError: 'Unhandled',
          payload: Buffer.from(JSON.stringify({ errorMessage, errorType: 'Error' })),
        };
      }
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: events are whatever Cognito sends
export type TriggerEvent = any;

export function userPoolsUnderTest(options: Partial<UserPoolsOptions> = {}): UserPoolsUnderTest {
  const clock = new ManualClock();
  const companion = createUserPools({
    store: createMemoryStore(),
    clock,
    log: silentLog,
    functions: functionsByArn({}),
    strictPermissions: false,
    endpointUrl: () => 'http://localhost:4566',
    issuer: 'aws',
    fixedCode: '123456',
    issuerCalls: {
      reachedAt: (address) => address,
      getJson: (address) => Promise.reject(new Error(`Nobody is at ${address}`)),
      getText: (address) => Promise.reject(new Error(`Nobody is at ${address}`)),
      postForm: (address) => Promise.reject(new Error(`Nobody is at ${address}`)),
    },
    ...options,
  });
  const run: UserPoolsUnderTest['run'] = async (name, input) => {
    const handler = companion.handlers[name];
    if (handler === undefined) throw new Error(`No handler for ${name}`);
    return handler(input, poolCall);
  };
  return {
    ...companion,
    clock,
    run,
    async pool(pool = {}, client = {}) {
      const { UserPool } = await run('CreateUserPool', { PoolName: 'people', ...pool });
      const id = UserPool!.Id!;
      const made = await run('CreateUserPoolClient', {
        UserPoolId: id,
        ClientName: 'app',
        ExplicitAuthFlows: [
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_ADMIN_USER_PASSWORD_AUTH',
          'ALLOW_USER_SRP_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
          'ALLOW_CUSTOM_AUTH',
        ],
        ...client,
      });
      const appClient = made.UserPoolClient!;
      return {
        id,
        client: appClient,
        async user(name, attributes = {}) {
          const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
          const { User } = await run('AdminCreateUser', {
            UserPoolId: id,
            Username: name,
            UserAttributes,
            MessageAction: 'SUPPRESS',
          });
          await run('AdminSetUserPassword', {
            UserPoolId: id,
            Username: name,
            Password: goodPassword,
            Permanent: true,
          });
          return User!.Username!;
        },
        async signIn(name, password = goodPassword) {
          const answer = await run('InitiateAuth', {
            ClientId: appClient.ClientId!,
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: name, PASSWORD: password },
          });
          return answer.AuthenticationResult!;
        },
      };
    },
  };
}
