/** Light or dark: as the system has it, until somebody chooses. */
import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useSyncExternalStore } from 'react';

export type Appearance = 'system' | 'light' | 'dark';

const key = 'gatewright.appearance';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const watchers = new Set<() => void>();
let chosen = (localStorage.getItem(key) ?? 'system') as Appearance;

export function startAppearance(): void {
  system.addEventListener('change', apply);
  apply();
}

export function chooseAppearance(next: Appearance): void {
  chosen = next;
  localStorage.setItem(key, next);
  apply();
}

function apply(): void {
  applyMode(isDarkNow() ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = isDarkNow() ? 'dark' : 'light';
  for (const tell of watchers) tell();
}

const isDarkNow = (): boolean => chosen === 'dark' || (chosen === 'system' && system.matches);

function subscribe(tell: () => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}

export const useIsDark = (): boolean => useSyncExternalStore(subscribe, isDarkNow);
export const useAppearance = (): Appearance => useSyncExternalStore(subscribe, () => chosen);
