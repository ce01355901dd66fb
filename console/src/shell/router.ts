/** Where we are: pages by the path below `/_/console`, without a library. */
import { type ComponentType, useSyncExternalStore } from 'react';

export interface Route {
  /** `/rest/:apiId/resources`; below the console's own address. */
  readonly path: string;
  /** The last of the breadcrumbs, and the title of the tab. */
  readonly title: string;
  /** A page before it, such as a list: [title, path] with the same parameters. */
  readonly parent?: readonly [title: string, path: string];
  /** Loaded when first shown. */
  readonly page: () => Promise<{ default: ComponentType }>;
}

export type Params = Readonly<Record<string, string>>;

const base = import.meta.env.BASE_URL.replace(/\/$/, '');
const watchers = new Set<() => void>();
window.addEventListener('popstate', tellAll);

function tellAll(): void {
  for (const tell of watchers) tell();
}

/** A page's address for links: `hrefOf('/rest/a1b2/stages')`. */
export const hrefOf = (path: string): string => `${base}${path}`;

/** The path of a page with its parameters filled in. */
export function pathWith(pattern: string, params: Params): string {
  return pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** Shows the page at a path, which may have a query. */
export function navigate(path: string, how: 'push' | 'replace' = 'push'): void {
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', hrefOf(path));
  tellAll();
  if (how === 'push') window.scrollTo(0, 0);
}

function subscribe(tell: () => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}

const currentPath = (): string => location.pathname.slice(base.length) || '/';
const currentQuery = (): string => location.search;

export const usePath = (): string => useSyncExternalStore(subscribe, currentPath);

/** One value of the address's query, and the way to change it: for tabs and selections that a link should lead to. */
export function useQueryValue(name: string): [string | undefined, (value: string | undefined) => void] {
  const query = useSyncExternalStore(subscribe, currentQuery);
  const value = new URLSearchParams(query).get(name) ?? undefined;
  const change = (next: string | undefined): void => {
    const values = new URLSearchParams(location.search);
    if (next === undefined) values.delete(name);
    else values.set(name, next);
    const text = values.toString();
    navigate(`${currentPath()}${text && `?${text}`}`, 'replace');
  };
  return [value, change];
}

/** The parameters when the path fits the pattern. */
export function match(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/\/$/, '').split('/');
  if (pattern === '/') return path === '/' ? {} : undefined;
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(given[i]!);
    else if (part !== given[i]) return undefined;
  }
  return params;
}

/** Links to pages of ours change the page without loading anything anew; clicks with a modifier stay the browser's. */
export function followLinksHere(): void {
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element).closest('a');
    if (link === null || link.origin !== location.origin || link.target === '_blank' || link.hasAttribute('download'))
      return;
    if (!link.pathname.startsWith(`${base}/`) || link.getAttribute('href')!.startsWith('#')) return;
    event.preventDefault();
    navigate(`${link.pathname.slice(base.length)}${link.search}`);
  });
}
