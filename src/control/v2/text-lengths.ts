/** How long texts may be. The model says it in the names of its shapes only (`StringWithLengthBetween1And128`), so the wire layer cannot check it. */
import { textTooLong } from './chosen-refusals.ts';

/** By member, wherever it stands; what has a rule of its own, as names of stages and schemas have, is not here. */
const longest: Readonly<Record<string, number>> = {
  authorizerUri: 2048,
  connectionId: 1024,
  contentType: 256,
  description: 1024,
  identityValidationExpression: 1024,
  integrationUri: 2048,
  name: 128,
  operationName: 64,
  version: 64,
};

/** Throws when a text of the record is longer than AWS takes. */
export function checkTextLengths(record: object): void {
  for (const [member, value] of Object.entries(record)) {
    const most = Object.hasOwn(longest, member) ? longest[member]! : undefined;
    if (most !== undefined && typeof value === 'string' && value.length > most) throw textTooLong(member, most);
  }
}
