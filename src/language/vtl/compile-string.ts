/** String literals: single-quoted ones stand for themselves, double-quoted ones are templates. */
import type { Compilation, Value } from './compilation.ts';
import { inside } from './compilation.ts';
import { compileNodes, weightOf } from './compile.ts';
import { maxTextLength } from './java-text.ts';
import { parseTemplate } from './parse.ts';
import type { Output } from './scope.ts';
import type { ExpressionNode, Node } from './syntax.ts';
import { TemplateError } from './template-error.ts';

type StringNode = Extract<ExpressionNode, { type: 'string' }>;

export function compileString(node: StringNode, c: Compilation): Value {
  const quote = node.image[0]!;
  const isInterpolated = quote === '"' && /[$#]/.test(node.image);
  let text = node.image.slice(1, -1);
  if (quote === '"') text = withUnicodeEscapes(text, node, c);
  text = text.replaceAll(quote + quote, quote);
  if (!isInterpolated) return () => text;
  // A blank behind, taken off again, lets the text end in `$` or `#`; a line comment would swallow it.
  const padding = text.includes('##') ? '' : ' ';
  const nodes = parseInside(text + padding, node, c);
  const render = compileNodes(nodes, inside(c, node.offset));
  const weight = weightOf(nodes) >> 2;
  return function interpolate(scope) {
    scope.run.count(weight);
    const out: Output = { text: '' };
    render(scope, out);
    if (out.text.length > maxTextLength) throw scope.run.error('The text is too long');
    return padding === '' ? out.text : out.text.slice(0, -1);
  };
}

function parseInside(text: string, node: StringNode, c: Compilation): readonly Node[] {
  try {
    return parseTemplate(text, c.macroNames);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new TemplateError(`Failed to parse String literal: ${error.message}`, c.locate(node.offset));
  }
}

/** `\u0041`; four hexadecimal digits are a must behind `\u`. */
function withUnicodeEscapes(text: string, node: StringNode, c: Compilation): string {
  if (!text.includes('\\u')) return text;
  return text.replace(/\\u(.{0,4})/gs, (_, digits: string) => {
    if (!/^[0-9a-fA-F]{4}$/.test(digits))
      throw new TemplateError(`"\\u${digits}" is no character`, c.locate(node.offset));
    return String.fromCharCode(Number.parseInt(digits, 16));
  });
}
