/** Parameter Store, put together. */
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/ssm.ts';
import { labelAndTagHandlers } from './handlers/labels-and-tags.ts';
import { puttingHandlers } from './handlers/putting.ts';
import { readingHandlers } from './handlers/reading.ts';
import type { ParametersOptions } from './lazy-parameters.ts';
import type { ParameterParts } from './parts.ts';
import { createSealedValues } from './sealed-values.ts';

export async function createParameters({ store, clock, keys }: ParametersOptions): Promise<Handlers<Operations>> {
  const parts: ParameterParts = { store, clock, sealed: createSealedValues(await keys.get()) };
  return { ...puttingHandlers(parts), ...readingHandlers(parts), ...labelAndTagHandlers(parts) };
}
