/**
 * Filter expressions of GetTraceSummaries (X-Ray developer guide, filter expressions): `service("pets/dev") { fault } AND http.status = 502`, without the braces
 * and without edges, which are refused by name.
 */

import type { TraceSummary } from '../../wire/generated/xray.ts';
import { badFilter } from './refusals.ts';

type Matches = (summary: TraceSummary) => boolean;

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'mark';
  readonly text: string;
}

const maxLength = 2000;

/** Throws InvalidRequestException for what is no expression. */
export function compileFilter(expression: string): Matches {
  if (expression.length > maxLength) throw badFilter('it is too long');
  const tokens = tokensOf(expression);
  let at = 0;
  const matches = either(0);
  if (at < tokens.length) throw badFilter(`unexpected ${tokens[at]!.text}`);
  return matches;

  function peek(text: string): boolean {
    return tokens[at]?.kind !== 'text' && tokens[at]?.text.toUpperCase() === text;
  }

  function take(text: string): boolean {
    if (!peek(text)) return false;
    at++;
    return true;
  }

  function next(what: string): Token {
    const token = tokens[at++];
    if (token === undefined) throw badFilter(`expected ${what}`);
    return token;
  }

  function either(depth: number): Matches {
    if (depth > 50) throw badFilter('it is nested too deep');
    const parts = [both(depth)];
    while (take('OR')) parts.push(both(depth));
    return parts.length === 1 ? parts[0]! : (summary) => parts.some((part) => part(summary));
  }

  function both(depth: number): Matches {
    const parts = [single(depth)];
    while (take('AND')) parts.push(single(depth));
    return parts.length === 1 ? parts[0]! : (summary) => parts.every((part) => part(summary));
  }

  function single(depth: number): Matches {
    if (take('NOT') || take('!')) {
      const inner = single(depth + 1);
      return (summary) => !inner(summary);
    }
    if (take('(')) {
      const inner = either(depth + 1);
      if (!take(')')) throw badFilter('expected )');
      return inner;
    }
    return condition();
  }

  function condition(): Matches {
    const word = next('a condition');
    if (word.kind !== 'word') throw badFilter(`unexpected ${word.text}`);
    const name = word.text;
    if (name === 'service' && peek('(')) return service();
    if (name === 'annotation' && take('[')) {
      const key = next('a key').text;
      if (!take(']')) throw badFilter('expected ]');
      return compared(annotation(key));
    }
    const operator = tokens[at];
    const isCompared =
      operator !== undefined && (operators.has(operator.text) || textOperators.has(operator.text.toUpperCase()));
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag !== undefined && !isCompared) return flag;
    if (flag !== undefined) return compared((summary) => [flag(summary)]);
    if (name.startsWith('annotation.')) return compared(annotation(name.slice(11)));
    if (!Object.hasOwn(values, name)) throw badFilter(`${name} is not known here`);
    return compared(values[name]!);
  }

  function service(): Matches {
    at++;
    const named = tokens[at]?.kind === 'text' ? next('a name').text : undefined;
    if (!take(')')) throw badFilter('expected )');
    if (peek('{')) throw badFilter('conditions on services are not built yet');
    return ({ ServiceIds = [] }) => named === undefined || ServiceIds.some(({ Name }) => Name === named);
  }

  function compared(valuesOf: (summary: TraceSummary) => readonly unknown[]): Matches {
    const operator = next('an operator').text.toUpperCase();
    const token = next('a value');
    const wanted =
      token.kind === 'number'
        ? Number(token.text)
        : token.kind === 'word'
          ? token.text.toLowerCase() === 'true'
          : token.text;
    if (token.kind === 'mark') throw badFilter(`unexpected ${token.text}`);
    const compare = operators.get(operator) ?? textOperators.get(operator);
    if (compare === undefined) throw badFilter(`${operator} is no operator`);
    if (operator === '!=') return (summary) => valuesOf(summary).every((value) => value !== wanted);
    return (summary) =>
      valuesOf(summary).some((value) => typeof value === typeof wanted && compare(value as never, wanted as never));
  }
}

const operators = new Map<string, (a: never, b: never) => boolean>([
  ['=', (a, b) => a === b],
  ['!=', (a, b) => a !== b],
  ['<', (a, b) => a < b],
  ['>', (a, b) => a > b],
  ['<=', (a, b) => a <= b],
  ['>=', (a, b) => a >= b],
]);
const textOperators = new Map<string, (a: never, b: never) => boolean>([
  ['CONTAINS', (a, b) => String(a).includes(b)],
  ['BEGINSWITH', (a, b) => String(a).startsWith(b)],
  ['ENDSWITH', (a, b) => String(a).endsWith(b)],
]);

const flags: Readonly<Record<string, Matches>> = {
  ok: ({ HasError, HasFault, HasThrottle }) => !HasError && !HasFault && !HasThrottle,
  error: ({ HasError }) => HasError === true,
  throttle: ({ HasThrottle }) => HasThrottle === true,
  fault: ({ HasFault }) => HasFault === true,
  partial: ({ IsPartial }) => IsPartial === true,
};

const values: Readonly<Record<string, (summary: TraceSummary) => readonly unknown[]>> = {
  responsetime: ({ ResponseTime }) => [ResponseTime],
  duration: ({ Duration }) => [Duration],
  'http.status': ({ Http }) => [Http?.HttpStatus],
  'http.url': ({ Http }) => [Http?.HttpURL],
  'http.method': ({ Http }) => [Http?.HttpMethod],
  'http.useragent': ({ Http }) => [Http?.UserAgent],
  'http.clientip': ({ Http }) => [Http?.ClientIp],
  user: ({ Users = [] }) => Users.map(({ UserName }) => UserName),
  name: ({ ServiceIds = [] }) => ServiceIds.map(({ Name }) => Name),
  id: ({ Id }) => [Id],
  'resource.arn': ({ ResourceARNs = [] }) => ResourceARNs.map(({ ARN }) => ARN),
};

const annotation =
  (key: string) =>
  ({ Annotations = {} }: TraceSummary): readonly unknown[] =>
    (Object.hasOwn(Annotations, key) ? Annotations[key]! : []).map(
      ({ AnnotationValue }) =>
        AnnotationValue?.StringValue ?? AnnotationValue?.NumberValue ?? AnnotationValue?.BooleanValue,
    );

function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w.:-]*)|(<=|>=|!=|[=<>()[\]{}!,])/y;
  while (pattern.lastIndex < expression.length) {
    const from = pattern.lastIndex;
    const found = pattern.exec(expression);
    if (found === null) throw badFilter(`unexpected ${expression[from]}`);
    const [, text, number, word, mark] = found;
    if (text !== undefined) tokens.push({ kind: 'text', text: text.replace(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  return tokens;
}
