/**
 * What lets somebody in, masked wherever a story tells it: a token stands in its header, and once more in the event of a function, in a query, in a line of
 * the execution log. Who reads a story recognizes it by its last six characters.
 */
import type { Story } from './story.ts';

const secretHeaders: ReadonlySet<string> = new Set([
  ...['authorization', 'x-api-key', 'cookie', 'set-cookie', 'proxy-authorization', 'x-amz-security-token'],
]);
/** Of presigned requests, and of tokens in addresses (RFC 6750, section 2.3). */
const secretParameter = /(?:^|&)(?:x-amz-signature|x-amz-security-token|access_token)=([^&]+)/gi;
const shownOfSecret = 6;
/** Shorter values stand in other words. */
const shortest = 6;

export const isSecretHeader = (name: string): boolean => secretHeaders.has(name.toLowerCase());

export const masked = (text: string): string =>
  text.length <= shownOfSecret ? '*'.repeat(text.length) : `***${text.slice(-shownOfSecret)}`;

/** A text of the story without its secrets, whole or, at the end of a text that was cut, begun. */
export function masker(story: Story): (text: string) => string {
  const secrets = [...secretsIn(story)].filter(({ length }) => length >= shortest).sort((a, b) => b.length - a.length);
  if (secrets.length === 0) return (text) => text;
  return function withoutSecrets(text) {
    let shown = text;
    for (const secret of secrets) if (shown.includes(secret)) shown = shown.replaceAll(secret, () => masked(secret));
    const cutAt = /… \(\d+ (?:characters|bytes) in all\)$/.exec(shown)?.index;
    return cutAt === undefined ? shown : withoutBegun(shown.slice(0, cutAt), secrets) + shown.slice(cutAt);
  };
}

function withoutBegun(text: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, text.length); length >= shortest; length--) {
      if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}***`;
    }
  }
  return text;
}

function secretsIn({ x, events, replyData }: Story): Set<string> {
  const found = new Set<string>();
  const add = (text: string): void => {
    // As JSON writes it too.
    found.add(text).add(JSON.stringify(text).slice(1, -1));
  };
  const lists = [
    x.request.headers,
    replyData?.headers,
    ...events.flatMap((each) => [each.sent?.headers, each.received?.headers]),
  ];
  for (const headers of lists) {
    for (let i = 0; i < (headers?.length ?? 0); i += 2) {
      const name = headers![i]!.toLowerCase();
      if (!secretHeaders.has(name)) continue;
      const value = headers![i + 1]!;
      add(value);
      if (name === 'cookie') for (const pair of value.split(';')) addPair(pair.trim(), add);
      else if (name === 'set-cookie') addPair(value.split(';')[0]!.trim(), add);
      // A token without its scheme, as authorizers are given it.
      else if (name.endsWith('authorization')) add(value.replace(/^\S+\s+/, ''));
    }
  }
  if (x.apiKey !== null && x.apiKey !== undefined) add(x.apiKey.value);
  for (const [, value] of x.request.query.matchAll(secretParameter)) {
    add(value!);
    try {
      add(decodeURIComponent(value!));
    } catch {
      // Not encoded: it stands as it is.
    }
  }
  return found;
}

/** `theme=dark`, and what stands behind the sign alone. */
function addPair(pair: string, add: (text: string) => void): void {
  add(pair);
  add(pair.slice(pair.indexOf('=') + 1));
}
