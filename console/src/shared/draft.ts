/** What somebody changes before saving it: begins as what is saved, and again whenever that changes. */
import { useState } from 'react';

export interface Draft<T> {
  readonly value: T;
  readonly isChanged: boolean;
  set(change: Partial<T>): void;
  discard(): void;
}

export function useDraft<T extends object>(saved: T): Draft<T> {
  const key = JSON.stringify(saved);
  const [state, setState] = useState({ key, value: saved });
  const value = state.key === key ? state.value : saved;
  return {
    value,
    isChanged: JSON.stringify(value) !== key,
    set: (change) =>
      setState((before) => ({ key, value: { ...(before.key === key ? before.value : saved), ...change } })),
    discard: () => setState({ key, value: saved }),
  };
}
