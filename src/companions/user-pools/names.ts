/** Names of user pools and what is in them, in the forms AWS gives them. */
import { randomBytes } from 'node:crypto';

const mixedCase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const lowerCase = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Text of `length` characters of an alphabet, none likelier than another. */
function randomText(length: number, alphabet: string): string {
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** `us-east-1_` and 9 letters and digits. */
export const newPoolId = (region: string): string => `${region}_${randomText(9, mixedCase)}`;

/** 26 lower-case letters and digits. */
export const newClientId = (): string => randomText(26, lowerCase);

/** 51 lower-case letters and digits, about as long as AWS's. */
export const newClientSecret = (): string => randomText(51, lowerCase);

/** A temporary password that any policy of up to 99 characters accepts: all four kinds of characters are in it. */
export function newTemporaryPassword(length: number): string {
  return `${randomText(Math.max(length, 8) - 4, mixedCase)}aA1!`;
}

export interface PoolName {
  readonly account: string;
  readonly region: string;
  readonly id: string;
}

export const poolArn = ({ account, region, id }: PoolName): string =>
  `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`;

/** `iss` of a pool's tokens on AWS. */
export const awsIssuer = ({ region, id }: Pick<PoolName, 'region' | 'id'>): string =>
  `https://cognito-idp.${region}.amazonaws.com/${id}`;

/** `AbCdEfGhI` of `us-east-1_AbCdEfGhI`: the pool's name within SRP. */
export const shortPoolId = (id: string): string => id.slice(id.indexOf('_') + 1);
