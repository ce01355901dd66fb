/**
 * GitHub Flavored Markdown as HTML, for texts that anybody may have written: headings, paragraphs, lists, tables, quotations, code, emphasis, links. HTML in
 * the text is shown as text, links lead to http, https, mail or within the site, and pictures of elsewhere become links: a portal loads nothing from others.
 * Every step looks at each letter a bounded number of times, so that no text is slow.
 */
import { escaped } from '../../base/html.ts';
import { inlineHtml } from './markdown-inline.ts';

/** Headings begin at this level: a page has its own above them. */
const topLevel = 2;
/** Quotations and lists within each other; deeper ones stay text. */
const maxDepth = 8;

export function markdownHtml(text: string): string {
  return blocks(text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replaceAll('\t', '    ').split('\n'), 0);
}

function blocks(lines: readonly string[], depth: number): string {
  let html = '';
  let at = 0;
  while (at < lines.length) {
    const [piece, next] = block(lines, at, depth);
    html += piece;
    at = next;
  }
  return html;
}

const fence = /^ {0,3}(```+|~~~+) *([\w+#.-]*)[^`]*$/;
const heading = /^ {0,3}(#{1,6})(?: +(.*))?$/;
const rule = /^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$/;
const quotation = /^ {0,3}> ?/;
const bullet = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)/;

type Piece = readonly [html: string, next: number];

function block(lines: readonly string[], at: number, depth: number): Piece {
  const line = lines[at]!;
  if (line.trim() === '') return ['', at + 1];
  const fenced = fence.exec(line);
  if (fenced !== null) return fencedCode(lines, at, fenced[1]!);
  const headed = heading.exec(line);
  if (headed !== null) return [headingHtml(headed[1]!.length, withoutClosing(headed[2] ?? '')), at + 1];
  if (rule.test(line)) return ['<hr>', at + 1];
  if (depth < maxDepth) {
    if (quotation.test(line)) return quoted(lines, at, depth);
    if (bullet.test(line)) return list(lines, at, depth);
  }
  if (line.startsWith('    ')) return indentedCode(lines, at);
  return table(lines, at) ?? paragraph(lines, at);
}

function headingHtml(level: number, text: string): string {
  const shown = Math.min(6, level + topLevel - 1);
  return `<h${shown}>${inlineHtml(text.trim())}</h${shown}>`;
}

/** `## Title ##` is `Title`. */
function withoutClosing(text: string): string {
  const line = text.trimEnd();
  let end = line.length;
  while (end > 0 && line[end - 1] === '#') end -= 1;
  return end === 0 || line[end - 1] === ' ' ? line.slice(0, end) : line;
}

function fencedCode(lines: readonly string[], at: number, opening: string): Piece {
  let end = at + 1;
  const isClosing = (line: string): boolean => {
    const text = line.trim();
    return text.length >= opening.length && text === opening[0]!.repeat(text.length);
  };
  while (end < lines.length && !isClosing(lines[end]!)) end += 1;
  return [codeHtml(lines.slice(at + 1, end)), end + 1];
}

function indentedCode(lines: readonly string[], at: number): Piece {
  let end = at;
  while (end < lines.length && (lines[end]!.startsWith('    ') || lines[end]!.trim() === '')) end += 1;
  const code = lines.slice(at, end).map((line) => line.slice(4));
  while (code.at(-1)?.trim() === '') code.pop();
  return [codeHtml(code), end];
}

/** Long lines are scrolled, and whoever has only a keyboard can do so. */
const codeHtml = (lines: readonly string[]): string =>
  `<pre tabindex="0"><code>${escaped(lines.join('\n'))}</code></pre>`;

function quoted(lines: readonly string[], at: number, depth: number): Piece {
  let end = at;
  while (end < lines.length && quotation.test(lines[end]!)) end += 1;
  const within = lines.slice(at, end).map((line) => line.replace(quotation, ''));
  return [`<blockquote>${blocks(within, depth + 1)}</blockquote>`, end];
}

function list(lines: readonly string[], at: number, depth: number): Piece {
  const first = bullet.exec(lines[at]!)!;
  const isNumbered = /\d/.test(first[2]!);
  const items: string[][] = [];
  let end = at;
  while (end < lines.length) {
    const marked = bullet.exec(lines[end]!);
    if (marked === null || /\d/.test(marked[2]!) !== isNumbered || rule.test(lines[end]!)) break;
    const indent = marked[0].length - (marked[3]!.length > 4 ? marked[3]!.length - 1 : 0);
    const item = [lines[end]!.slice(indent)];
    end += 1;
    while (end < lines.length && belongsTo(lines, end, indent)) {
      const line = lines[end]!;
      item.push(line.trim() === '' ? '' : line.slice(Math.min(indent, line.length - line.trimStart().length)));
      end += 1;
    }
    items.push(item);
  }
  const start = Number.parseInt(first[2]!, 10);
  const tag = isNumbered ? 'ol' : 'ul';
  const from = isNumbered && start !== 1 ? ` start="${start}"` : '';
  return [`<${tag}${from}>${items.map((item) => itemHtml(item, depth)).join('')}</${tag}>`, end];
}

/** Lines that go on with an item: indented below it, blank between such lines, or simply more of its paragraph. */
function belongsTo(lines: readonly string[], at: number, indent: number): boolean {
  const line = lines[at]!;
  if (line.trim() === '') {
    const next = lines[at + 1];
    return next !== undefined && next.trim() !== '' && next.startsWith(' '.repeat(indent));
  }
  if (line.startsWith(' '.repeat(indent))) return true;
  return lines[at - 1]!.trim() !== '' && !startsBlock(line);
}

function itemHtml(lines: readonly string[], depth: number): string {
  const [, mark, rest] = /^\[([ xX])\] +(.*)$/.exec(lines[0]!) ?? [];
  const box = mark === undefined ? '' : `<input type="checkbox" disabled${mark === ' ' ? '' : ' checked'}> `;
  const html = blocks(rest === undefined ? lines : [rest, ...lines.slice(1)], depth + 1);
  // A list of short lines is tight: no paragraphs within.
  const isTight = !lines.slice(0, -1).includes('');
  const body = isTight ? html.replace(/^<p>([\s\S]*?)<\/p>/, '$1') : html;
  return `<li>${box}${body}</li>`;
}

const startsBlock = (line: string): boolean =>
  line.trim() === '' ||
  fence.test(line) ||
  heading.test(line) ||
  rule.test(line) ||
  quotation.test(line) ||
  bullet.test(line);

function paragraph(lines: readonly string[], at: number): Piece {
  let end = at + 1;
  while (end < lines.length && !startsBlock(lines[end]!)) {
    const underline = /^ {0,3}(=+|-+) *$/.exec(lines[end]!);
    if (underline !== null) break;
    end += 1;
  }
  const text = lines
    .slice(at, end)
    .map((line) => line.trimStart())
    .join('\n');
  const underline = end < lines.length ? /^ {0,3}(=+|-+) *$/.exec(lines[end]!) : null;
  if (underline !== null) return [headingHtml(underline[1]!.startsWith('=') ? 1 : 2, text), end + 1];
  return [`<p>${inlineHtml(text.trimEnd())}</p>`, end];
}

/** Undefined when it is none. */
function table(lines: readonly string[], at: number): Piece | undefined {
  const divider = lines[at + 1];
  if (divider === undefined || !lines[at]!.includes('|') || !divider.includes('-')) return undefined;
  const columns = cells(divider);
  if (!columns.every((cell) => /^:?-+:?$/.test(cell))) return undefined;
  const header = cells(lines[at]!);
  if (header.length !== columns.length) return undefined;
  const classes = columns.map((cell) => {
    const ends = `${cell.startsWith(':') ? 'l' : ''}${cell.endsWith(':') ? 'r' : ''}`;
    return ends === 'lr' ? ' class="center"' : ends === 'r' ? ' class="right"' : '';
  });
  let end = at + 2;
  while (end < lines.length && lines[end]!.includes('|') && lines[end]!.trim() !== '') end += 1;
  const row = (line: readonly string[], tag: string): string =>
    `<tr>${classes.map((each, i) => `<${tag}${each}>${inlineHtml(line[i] ?? '')}</${tag}>`).join('')}</tr>`;
  const body = lines.slice(at + 2, end).map((line) => row(cells(line), 'td'));
  const html = `<table><thead>${row(header, 'th')}</thead><tbody>${body.join('')}</tbody></table>`;
  return [`<div class="wide" tabindex="0">${html}</div>`, end];
}

/** Of a line of a table; a bar after a backslash is a letter. */
function cells(line: string): string[] {
  const found: string[] = [];
  let cell = '';
  const text = line.trim().replace(/^\|/, '');
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && text[i + 1] === '|') {
      cell += '|';
      i += 1;
    } else if (text[i] === '|') {
      found.push(cell.trim());
      cell = '';
    } else cell += text[i];
  }
  if (cell.trim() !== '') found.push(cell.trim());
  return found;
}
