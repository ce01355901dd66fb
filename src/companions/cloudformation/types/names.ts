/** Names of resources that were given none: the stack's, the resource's, and something that nobody else has. */
import { randomBytes } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function randomLetters(length: number): string {
  return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');
}

/** `stack-Logical-1Ab2Cd3Ef4Gh`; the two names are shortened alike where it would be too long. */
export function newName(stack: string, logicalId: string, maxLength: number, isLowerCase: boolean): string {
  const end = randomLetters(12);
  const room = maxLength - end.length - 2;
  const half = Math.floor(room / 2);
  const stackPart =
    stack.length + logicalId.length <= room ? stack : stack.slice(0, Math.max(half, room - logicalId.length));
  const name = `${stackPart}-${logicalId.slice(0, room - stackPart.length)}-${end}`;
  return isLowerCase ? name.toLowerCase() : name;
}
