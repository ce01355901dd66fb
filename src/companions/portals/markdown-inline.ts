/** What stands within a line of Markdown: code, emphasis, links, line breaks. Everything else is text, escaped. */
import { escaped } from '../../base/html.ts';

/** Emphasis and links within each other; deeper ones stay text. */
const maxDepth = 6;

export const inlineHtml = (text: string): string => spans(text, 0);

const special = /[\\`*_~[!<h\n]/g;

/** A text whose spans are being found, with what was found out about it once: looking again at each letter would make some texts slow. */
class Inline {
  readonly text: string;
  readonly depth: number;
  readonly #closers = new Map<string, readonly number[]>();
  #brackets: ReadonlyMap<number, number> | undefined;

  constructor(text: string, depth: number) {
    this.text = text;
    this.depth = depth;
  }

  /** Where emphasis by this mark can end, the first place from `from` on; -1 when nowhere. */
  closer(mark: string, from: number): number {
    let places = this.#closers.get(mark);
    if (places === undefined) {
      places = closersOf(this.text, mark);
      this.#closers.set(mark, places);
    }
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle]! < from) low = middle + 1;
      else high = middle;
    }
    return places[low] ?? -1;
  }

  /** Where the bracket that opens here is closed; undefined when it is not. */
  closingBracket(at: number): number | undefined {
    this.#brackets ??= bracketPairs(this.text);
    return this.#brackets.get(at);
  }
}

function closersOf(text: string, mark: string): number[] {
  const places: number[] = [];
  const letter = mark[0]!;
  for (let at = text.indexOf(mark, 1); at >= 0; at = text.indexOf(mark, at + 1)) {
    const after = text[at + mark.length] ?? '';
    if (/\s/.test(text[at - 1]!)) continue;
    // The end of `*a **b** c*` is a single star.
    if (mark.length === 1 && (after === letter || text[at - 1] === letter)) continue;
    if (letter === '_' && /\w/.test(after)) continue;
    places.push(at);
  }
  return places;
}

function bracketPairs(text: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '[') open.push(i);
    else if (text[i] === ']' && open.length > 0) pairs.set(open.pop()!, i);
  }
  return pairs;
}

function spans(text: string, depth: number): string {
  const inline = new Inline(text, depth);
  let html = '';
  let at = 0;
  while (at < text.length) {
    special.lastIndex = at;
    const found = special.exec(text);
    if (found === null) return html + escaped(text.slice(at));
    html += escaped(text.slice(at, found.index));
    const span = spanAt(inline, found.index);
    html += span.html;
    at = span.end;
  }
  return html;
}

interface Span {
  readonly html: string;
  readonly end: number;
}

/** The span that begins here; a letter that begins none is itself. */
function spanAt(inline: Inline, at: number): Span {
  const { text } = inline;
  const letter = text[at]!;
  const itself: Span = { html: escaped(letter), end: at + 1 };
  switch (letter) {
    case '\\':
      if (text[at + 1] === '\n') return { html: '<br>', end: at + 2 };
      return /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '') ? { html: escaped(text[at + 1]!), end: at + 2 } : itself;
    case '\n':
      return { html: text.slice(Math.max(0, at - 2), at) === '  ' ? '<br>' : '\n', end: at + 1 };
    case '`':
      return codeAt(text, at);
    case '<':
      return automaticLink(text, at) ?? itself;
    case 'h':
      return bareLink(text, at) ?? itself;
    case '!':
      return (text[at + 1] === '[' && linkAt(inline, at + 1, true)) || itself;
    case '[':
      return linkAt(inline, at, false) ?? itself;
    default:
      return emphasisAt(inline, at) ?? itself;
  }
}

/** How far the end of code is looked for: no line of documentation is longer, and a text of beginnings alone stays cheap. */
const maxSpan = 4096;

function codeAt(text: string, at: number): Span {
  let ticks = 1;
  while (text[at + ticks] === '`') ticks += 1;
  const from = at + ticks;
  const length = text.slice(from, from + maxSpan).indexOf('`'.repeat(ticks));
  if (length < 0) return { html: escaped('`'.repeat(ticks)), end: from };
  const code = text.slice(from, from + length).replaceAll('\n', ' ');
  const shown = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '' ? code.slice(1, -1) : code;
  return { html: `<code>${escaped(shown)}</code>`, end: from + length + ticks };
}

const tags: Readonly<Record<string, string>> = { '**': 'strong', __: 'strong', '*': 'em', _: 'em', '~~': 'del' };

function emphasisAt(inline: Inline, at: number): Span | undefined {
  const { text, depth } = inline;
  const letter = text[at]!;
  const mark = text[at + 1] === letter ? letter.repeat(2) : letter;
  const tag = Object.hasOwn(tags, mark) ? tags[mark]! : undefined;
  const from = at + mark.length;
  if (depth >= maxDepth || tag === undefined || /\s/.test(text[from] ?? ' ')) return undefined;
  // An underscore within a word is part of it.
  if (letter === '_' && /\w/.test(text[at - 1] ?? '')) return undefined;
  const end = inline.closer(mark, from + 1);
  if (end < 0) return undefined;
  return { html: `<${tag}>${spans(text.slice(from, end), depth + 1)}</${tag}>`, end: end + mark.length };
}

/** `[text](address "title")`, or a picture, of which the text is all that is shown. */
function linkAt(inline: Inline, at: number, isPicture: boolean): Span | undefined {
  const { text, depth } = inline;
  const close = inline.closingBracket(at);
  if (depth >= maxDepth || close === undefined || text[close + 1] !== '(') return undefined;
  const rest = text.slice(close + 2, close + 2 + 2048);
  const [whole, angled, plain] = linkTarget.exec(rest) ?? [];
  if (whole === undefined) return undefined;
  const label = text.slice(at + 1, close);
  const inner = isPicture ? escaped(label) : spans(label, depth + 1);
  return { html: linkHtml(angled ?? plain ?? '', inner), end: close + 2 + whole.length };
}

const linkTarget = /^ *(?:<([^<>\n]*)>|([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))(?: +(?:"[^"\n]*"|'[^'\n]*'))? *\)/;

function automaticLink(text: string, at: number): Span | undefined {
  const [whole, address] = /^<((?:https?:\/\/|mailto:)[^\s<>]{1,1024})>/.exec(text.slice(at, at + 1100)) ?? [];
  return whole === undefined || address === undefined
    ? undefined
    : { html: linkHtml(address, escaped(address.replace(/^mailto:/, ''))), end: at + whole.length };
}

function bareLink(text: string, at: number): Span | undefined {
  if (/[\w/]/.test(text[at - 1] ?? '')) return undefined;
  const [address] = /^https?:\/\/[^\s<>`"']{1,1024}/.exec(text.slice(at, at + 1100)) ?? [];
  const bare = address?.replace(/[.,:;!?)*_~]+$/, '');
  return bare === undefined || bare.length < 9
    ? undefined
    : { html: linkHtml(bare, escaped(bare)), end: at + bare.length };
}

/** What leads elsewhere does so without telling where from; what is no address one may follow is text. */
function linkHtml(address: string, inner: string): string {
  const given = address.trim();
  if (/^(?:https?:\/\/|mailto:)/i.test(given)) {
    return `<a href="${escaped(given)}" rel="noopener noreferrer nofollow">${inner}</a>`;
  }
  // A place of the same page; a path could leave the portal for whatever else this host serves.
  if (/^#[\w.~%-]*$/.test(given)) return `<a href="${escaped(given)}">${inner}</a>`;
  return inner;
}
