/** What a page knows of its address. */
import { createContext, useContext } from 'react';
import type { Params } from './router.ts';

export const PageContext = createContext<Params>({});

/** A parameter of the page's own path. Throws for one that the path does not have. */
export function useParam(name: string): string {
  const value = useContext(PageContext)[name];
  if (value === undefined) throw new Error(`The path of this page has no :${name}`);
  return value;
}
