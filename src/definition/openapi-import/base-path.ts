/** What an import puts before the paths of a document. */
import { childPath } from '../path-parts.ts';
import type { Dialect } from './dialect.ts';

export const basePathModes = ['ignore', 'prepend', 'split'] as const;
export type BasePathMode = (typeof basePathModes)[number];

/** Far above what an API can have, so that nobody's path costs more than it is long. */
export const maxPathParts = 100;

/** What stands before each path, without a slash at the end: empty unless asked for. `split` leaves out the first part (row OAS-03). */
export function basePathOf({ basePath }: Dialect, mode: BasePathMode): string {
  const parts = mode === 'ignore' ? [] : basePath.split('/', maxPathParts).filter((part) => part !== '');
  return (mode === 'split' ? parts.slice(1) : parts).reduce(childPath, '/');
}
