/** Users as answers show them. */
import type { AttributeType, UserType } from '../../wire/generated/cognito-idp.ts';
import type { UserRecord } from './records.ts';

/** Attributes as a list, the `sub` last, as pools of 2024 and later answer. */
export function attributeList({ sub, attributes }: Pick<UserRecord, 'sub' | 'attributes'>): AttributeType[] {
  return [...Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })), { Name: 'sub', Value: sub }];
}

/** A user of a list; `wanted` narrows the attributes. */
export function userShown(user: UserRecord, wanted?: readonly string[]): UserType {
  const attributes = attributeList(user);
  return {
    Username: user.username,
    Attributes: wanted === undefined ? attributes : attributes.filter(({ Name }) => wanted.includes(Name)),
    UserCreateDate: user.createdMs,
    UserLastModifiedDate: user.modifiedMs,
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}
