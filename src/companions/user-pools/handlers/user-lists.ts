/** ListUsers. */
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cognito-idp.ts';
import { pageOf } from '../../list-pages.ts';
import { isCaseSensitive, poolNamed, userKey } from '../directory.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter } from '../pool-errors.ts';
import { users } from '../records.ts';
import { compileFilter } from '../user-filter.ts';
import { userShown } from '../user-shown.ts';

/** Handler of ListUsers. */
export function userListHandlers({ store }: PoolParts): Handlers<Operations> {
  return {
    async ListUsers(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const unknown = input.AttributesToGet?.find(
          (name) => !pool.schema.some((attribute) => attribute.Name === name),
        );
        if (unknown !== undefined) {
          throw invalidParameter(
            'One or more requested attributes do not exist.',
            `the pool has no attribute ${unknown}`,
          );
        }
        const isWanted = compileFilter(input.Filter, isCaseSensitive(pool));
        const found = (await tx.list(users, [pool.id])).map(({ value }) => value).filter(isWanted);
        // A Limit of 0 stands for the default.
        const limit = input.Limit === undefined || input.Limit === 0 ? 60 : input.Limit;
        const { items, next } = pageOf(found, ({ username }) => userKey(pool, username), input.PaginationToken, limit);
        return {
          Users: items.map((user) => userShown(user, input.AttributesToGet)),
          ...(next !== undefined && { PaginationToken: next }),
        };
      });
    },
  };
}
