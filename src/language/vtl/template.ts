/**
 * Mapping templates in the Velocity Template Language (rows MAP-07 … MAP-09, MAP-19): compiled once, rendered per request. The language is that of
 * Apache Velocity 1.7 with its default settings, whose outputs the corpus in test/corpora/vtl.json records; guide page
 * apigateway-mapping-template-reference sets the limits.
 */
import type { Compilation, Render, TemplateLimits, TemplateOptions } from './compilation.ts';
import { compileNodes, weightOf } from './compile.ts';
import { leavesTemplate } from './compile-directive.ts';
import { maxTextLength } from './java-text.ts';
import { parseTemplate } from './parse.ts';
import { located, type Output, Run, StopSignal, TemplateScope } from './scope.ts';
import { positionAt, TemplateError } from './template-error.ts';
import type { VtlValue } from './values.ts';

export interface Template {
  /**
   * Renders with these variables; names come without their `$`. Objects among them can be changed by the template, the record cannot.
   * Throws TemplateError for what fails only then: an exception of a method, a limit.
   */
  render(context: Readonly<Record<string, VtlValue>>): string;
}

/** A longer template is refused (guide, limits of REST APIs: 300 KB). */
export const maxTemplateBytes = 300 * 1024;

export const defaultLimits: TemplateLimits = {
  iterations: 1_000,
  rangeSize: 100_000,
  macroDepth: 20,
  steps: 1_000_000,
  timeMs: 1_000,
};

const defaultOptions: TemplateOptions = { setNullAllowed: false, emptyStringTruthy: true, nullEqualsEmptyText: false };

/** Throws TemplateError, with line and column, for a template that does not parse. */
export function compileTemplate(
  source: string,
  { limits, ...options }: Partial<TemplateOptions> & { limits?: Partial<TemplateLimits> } = {},
): Template {
  if (Buffer.byteLength(source) > maxTemplateBytes) {
    throw new TemplateError(`The template is longer than ${maxTemplateBytes} bytes`, { line: 1, column: 1 });
  }
  const locate = (offset: number) => positionAt(source, offset);
  const c: Compilation = {
    options: { ...defaultOptions, ...options },
    limits: { ...defaultLimits, ...limits },
    macros: new Map(),
    macroNames: new Set(),
    locate,
    site: (offset) => ({ offset, locate }),
  };
  const { render, weight } = compiled(source, c);
  const start = c.site(0);
  return {
    render(context) {
      const run = new Run(c.macros, start, c.limits.steps, c.limits.timeMs);
      const out: Output = { text: '' };
      const scope = new TemplateScope(run, new Map(Object.entries(context)));
      try {
        run.step(weight);
        render(scope, out);
      } catch (error) {
        if (!(error instanceof StopSignal)) throw located(error, run);
        if (!leavesTemplate(error)) throw run.error('#break leaves a loop that is not running');
      }
      if (out.text.length > maxTextLength) throw run.error('The output is too long');
      return out.text;
    },
  };
}

function compiled(source: string, c: Compilation): { render: Render; weight: number } {
  try {
    const nodes = parseTemplate(source, c.macroNames);
    return { render: compileNodes(nodes, c), weight: weightOf(nodes) };
  } catch (error) {
    // The parser bounds the depth; should the stack of a caller be nearly full already, that is the template's error too.
    if (error instanceof RangeError) throw new TemplateError('Nested too deep', c.locate(0), error);
    throw error;
  }
}
