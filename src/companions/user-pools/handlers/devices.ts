/** Devices: none is ever remembered, because a pool that wants that is refused; so lists are empty and names lead nowhere. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cognito-idp.ts';
import { poolNamed, userNamed } from '../directory.ts';
import type { PoolParts } from '../parts.ts';
import { resourceNotFound } from '../pool-errors.ts';

/** Handlers over devices. */
export function deviceHandlers({ store, tokens }: PoolParts): Handlers<Operations> {
  const checkUser = (poolId: string, username: string, call: Call): Promise<unknown> =>
    store.read(async (tx) => userNamed(tx, await poolNamed(tx, poolId, call), username));
  const noDevice = (): Error => resourceNotFound('Device does not exist.');

  return {
    async ListDevices(input) {
      await tokens.bearerOf(input.AccessToken);
      return { Devices: [] };
    },
    async AdminListDevices(input, call) {
      await checkUser(input.UserPoolId, input.Username, call);
      return { Devices: [] };
    },
    async GetDevice(input) {
      if (input.AccessToken !== undefined) await tokens.bearerOf(input.AccessToken);
      throw noDevice();
    },
    async AdminGetDevice(input, call) {
      await checkUser(input.UserPoolId, input.Username, call);
      throw noDevice();
    },
    async ForgetDevice(input) {
      if (input.AccessToken !== undefined) await tokens.bearerOf(input.AccessToken);
      throw noDevice();
    },
    async AdminForgetDevice(input, call) {
      await checkUser(input.UserPoolId, input.Username, call);
      throw noDevice();
    },
  };
}
