/** What `_links` are made of (links.ts). */

export interface Link {
  readonly href: string;
  readonly templated?: true;
  readonly name?: string;
  readonly title?: string;
}

export type Links = Readonly<Record<string, Link | readonly Link[]>>;

/** What links are made of: the operation's input and its output. */
export interface Answered {
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
}

export const link = (href: string): Link => ({ href });
export const template = (href: string): Link => ({ href, templated: true });
/** A link among several of one name, told apart by it. */
export const named = (href: string, name: string): Link => ({ href, name, title: name });
/** HAL writes a single link without its list. */
export const several = (links: readonly Link[]): Link | readonly Link[] => (links.length === 1 ? links[0]! : links);

/** self, the items and the next page of a list. */
export function list(path: string, items: unknown, idOf: string, { input, output }: Answered): Links {
  const limit = input['limit'] === undefined ? [] : [`limit=${input['limit']}`];
  const given = input['position'] === undefined ? [] : [`position=${encodeURIComponent(String(input['position']))}`];
  const next = output['position'];
  const query = [...given, ...limit].join('&');
  const hrefs = ((items ?? []) as Record<string, unknown>[]).map((item) => link(`${path}/${item[idOf]}`));
  return {
    self: link(query === '' ? path : `${path}?${query}`),
    ...(hrefs.length > 0 && { item: several(hrefs) }),
    ...(typeof next === 'string' && {
      next: link(`${path}?${[`position=${encodeURIComponent(next)}`, ...limit].join('&')}`),
    }),
  };
}
