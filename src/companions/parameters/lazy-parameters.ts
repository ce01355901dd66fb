/** The SSM companion, Parameter Store alone, as a process starts with it: it knows its operations, and reads the rest of its code when first called. */
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/ssm.ts';
import { lazyHandlers, once } from '../lazy-handlers.ts';
import type { LocalKeys } from '../local-keys.ts';

/** The operations that are built, in alphabetical order. */
export const parameterOperations = [
  'AddTagsToResource',
  'DeleteParameter',
  'DeleteParameters',
  'DescribeParameters',
  'GetParameter',
  'GetParameterHistory',
  'GetParameters',
  'GetParametersByPath',
  'LabelParameterVersion',
  'ListTagsForResource',
  'PutParameter',
  'RemoveTagsFromResource',
  'UnlabelParameterVersion',
] as const satisfies readonly (keyof Operations)[];

export interface ParametersOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly keys: LocalKeys;
}

export interface LazyParameters {
  readonly handlers: Handlers<Operations>;
  /** After the store was emptied. */
  reset(): void;
}

export function createLazyParameters(options: ParametersOptions): LazyParameters {
  const load = async () => (await import('./parameters.ts')).createParameters(options);
  let whole = once(load);
  return {
    handlers: lazyHandlers<Operations>(parameterOperations, () => whole.get()),
    reset() {
      whole = once(load);
    },
  };
}
