/** Paths compiled to closures, last step first: every step knows the one that takes what it finds. */
import type { JsonValue } from '../java-values.ts';
import { compileFilter } from './compile-filter.ts';
import { compileFunction } from './compile-function.ts';
import { wrongOperand } from './filter-operators.ts';
import { notApplicable, takesAllOfScan } from './functions.ts';
import { JsonSmartError } from './json-smart-error.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import type { Parameter, PathStep, PathSyntax } from './path-syntax.ts';
import { spend, type Work } from './work.ts';

export interface CompiledPath {
  /** Whether it finds at most one value. Otherwise it finds a list, which may be empty. */
  readonly isDefinite: boolean;
  readonly begin: Visit;
}

/** One reading of a document, shared by the path and all paths in its filters. */
export interface Reading {
  readonly document: JsonValue;
  readonly work: Work;
  /** What paths from `$` in filters have found. */
  documentFinds?: Map<CompiledPath, JsonValue | undefined>;
}

/** One evaluation of one path. */
export interface Evaluation {
  readonly reading: Reading;
  readonly found: JsonValue[];
  /** Where a path asks whether something is there, a missing member ends it; else it only ends a path that finds one value. */
  readonly requiresMembers: boolean;
}

/** Takes a value on; false when the whole path finds nothing. */
export type Visit = (value: JsonValue, evaluation: Evaluation) => boolean;

/** What a step needs to know about the ones around it. */
export interface Place {
  readonly next: Visit;
  readonly isLast: boolean;
  /** Every step before finds one value at most. */
  readonly isUpstreamDefinite: boolean;
}

/** What stands behind the last step. */
export const keep: Visit = (value, evaluation) => {
  evaluation.found.push(value);
  return true;
};

/** With `readsJsonInText`, names and positions go on into a text that is JSON itself. */
export function compilePath(path: PathSyntax, readsJsonInText = false): CompiledPath {
  const steps = withScanAsParameter(path.steps);
  const isDefinite = steps.every((step, index) => isDefiniteStep(step, index === steps.length - 1));
  const firstIndefinite = steps.findIndex((step) => !isDefiniteStep(step, false));
  let next = keep;
  for (let index = steps.length - 1; index >= 0; index--) {
    const isUpstreamDefinite = firstIndefinite === -1 || index <= firstIndefinite;
    const step = steps[index]!;
    // A scan applies the step behind it at every level, and knows whether it can.
    if (step.kind === 'scan') next = compileScan(steps[index + 1]!, index + 2 === steps.length, next);
    else next = compileStep(step, { next, isLast: index === steps.length - 1, isUpstreamDefinite });
    if (readsJsonInText && (step.kind === 'members' || step.kind === 'elements')) next = intoText(next);
  }
  return { isDefinite, begin: next };
}

/** What a path finds from `value` on: one value, a list when it is not definite, or undefined when nothing is there. */
export function evaluatePath(
  path: CompiledPath,
  value: JsonValue,
  reading: Reading,
  requiresMembers: boolean,
): JsonValue | undefined {
  spend(reading.work, 1);
  const evaluation: Evaluation = { reading, found: [], requiresMembers };
  if (!path.begin(value, evaluation)) return undefined;
  return path.isDefinite ? evaluation.found.at(-1) : evaluation.found;
}

function intoText(next: Visit): Visit {
  return (value, evaluation) => next(typeof value === 'string' ? jsonIn(value) : value, evaluation);
}

/** The JSON a text is, or the text. */
function jsonIn(text: string): JsonValue {
  try {
    return parseJsonSmart(text);
  } catch (error) {
    if (error instanceof JsonSmartError) return text;
    throw error;
  }
}

function isDefiniteStep(step: PathStep, isLast: boolean): boolean {
  switch (step.kind) {
    case 'members':
      return step.names.length === 1 || isLast;
    case 'elements':
      return step.indexes.length === 1;
    case 'function':
      return true;
    default:
      return false;
  }
}

/** `$..price.sum()` becomes `$.sum($..price)`. */
function withScanAsParameter(steps: readonly PathStep[]): readonly PathStep[] {
  if (steps[0]?.kind !== 'scan' || steps.at(-1)?.kind !== 'function') return steps;
  const at = steps.findIndex((step) => step.kind === 'function');
  const step = steps[at]!;
  if (step.kind !== 'function' || !takesAllOfScan(step.name)) return steps;
  const parameters: Parameter[] = [{ kind: 'path', path: { root: '$', steps: steps.slice(0, at) } }];
  return [{ ...step, parameters }, ...steps.slice(at + 1)];
}

function compileStep(step: Exclude<PathStep, { kind: 'scan' }>, place: Place): Visit {
  switch (step.kind) {
    case 'members':
      if (step.names.length === 1) return compileMember(step.names[0]!, place);
      return place.isLast ? compileSelection(step.names, place) : compileMembers(step.names, place);
    case 'elements':
      return compileElements(step.indexes, place);
    case 'slice':
      return compileSlice(step.from, step.to, place);
    case 'wildcard':
      return compileWildcard(place);
    case 'filter':
      return compileFilterStep(compileFilter(step.condition), place);
    case 'function':
      return compileFunction(step.name, step.parameters, place);
  }
}

function compileMember(name: string, { next, isLast, isUpstreamDefinite }: Place): Visit {
  return function member(value, evaluation) {
    if (!(value instanceof Map)) return !isUpstreamDefinite;
    const found = value.get(name);
    if (found !== undefined) return next(found, evaluation);
    return !evaluation.requiresMembers && (isLast || !isUpstreamDefinite);
  };
}

/** `['a','b']` at the end: one object with those members that are there. */
function compileSelection(names: readonly string[], { next, isUpstreamDefinite }: Place): Visit {
  return function selection(value, evaluation) {
    if (!(value instanceof Map)) return !isUpstreamDefinite;
    spend(evaluation.reading.work, names.length);
    const selected = new Map<string, JsonValue>();
    for (const name of names) {
      const found = value.get(name);
      if (found !== undefined) selected.set(name, found);
      else if (evaluation.requiresMembers) return false;
    }
    return next(selected, evaluation);
  };
}

function compileMembers(names: readonly string[], { next, isUpstreamDefinite }: Place): Visit {
  return function members(value, evaluation) {
    if (!(value instanceof Map)) return !isUpstreamDefinite;
    spend(evaluation.reading.work, names.length);
    for (const name of names) {
      const found = value.get(name);
      if (found === undefined ? evaluation.requiresMembers : !next(found, evaluation)) return false;
    }
    return true;
  };
}

/** An element that is not there is passed over; only what is no list at all ends a path that finds one value. */
function compileElements(indexes: readonly number[], { next, isUpstreamDefinite }: Place): Visit {
  return function elements(value, evaluation) {
    if (!Array.isArray(value)) return !isUpstreamDefinite;
    if (indexes.length > 1) spend(evaluation.reading.work, indexes.length);
    for (const index of indexes) {
      const found = value.at(index);
      if (found !== undefined && !next(found, evaluation)) return false;
    }
    return true;
  };
}

/**
 * As Jayway slices: with both bounds given, a negative first one is a position to begin counting at, so that `[-1:2]` of three elements is the last,
 * the first and the second; a negative second one ends there too.
 */
function compileSlice(from: number | undefined, to: number | undefined, { next, isUpstreamDefinite }: Place): Visit {
  return function slice(value, evaluation) {
    if (!Array.isArray(value)) return !isUpstreamDefinite;
    const { length } = value;
    const first =
      from === undefined
        ? 0
        : to === undefined
          ? Math.max(0, from < 0 ? length + from : from)
          : Math.max(from, -length);
    const end = to === undefined ? length : Math.min(length, from === undefined && to < 0 ? length + to : to);
    for (let index = first; index < end; index++) {
      spend(evaluation.reading.work, 1);
      if (!next(value.at(index)!, evaluation)) return false;
    }
    return true;
  };
}

function compileWildcard({ next }: Place): Visit {
  return function wildcard(value, evaluation) {
    if (!(value instanceof Map) && !Array.isArray(value)) return true;
    spend(evaluation.reading.work, 1 + (value instanceof Map ? value.size : value.length));
    for (const child of value.values()) {
      if (!next(child, evaluation)) return false;
    }
    return true;
  };
}

/** Of a list the elements that pass, of an object the object itself. */
function compileFilterStep(passes: ReturnType<typeof compileFilter>, { next, isUpstreamDefinite }: Place): Visit {
  return function filter(value, evaluation) {
    const { reading } = evaluation;
    if (Array.isArray(value)) {
      for (const element of value) {
        spend(reading.work, 1);
        if (passes(element, reading) && !next(element, evaluation)) return false;
      }
      return true;
    }
    if (value instanceof Map) return !passes(value, reading) || next(value, evaluation);
    if (isUpstreamDefinite) throw wrongOperand;
    return true;
  };
}

/** The step behind `..` at the value itself and at everything in it, from the outside in. `apply` is that step with all that follow. */
function compileScan(step: PathStep, isLast: boolean, apply: Visit): Visit {
  const isCandidate = scanCandidates(step, isLast);
  function walk(value: JsonValue, evaluation: Evaluation): boolean {
    if (!(value instanceof Map) && !Array.isArray(value)) return true;
    spend(evaluation.reading.work, 1);
    if (isCandidate(value, evaluation.reading) && !apply(value, evaluation)) return false;
    for (const child of value.values()) {
      if (!walk(child, evaluation)) return false;
    }
    return true;
  }
  return walk;
}

/** Which lists and objects a scan applies its step to. */
function scanCandidates(step: PathStep, isLast: boolean): (value: JsonValue, reading: Reading) => boolean {
  switch (step.kind) {
    case 'members': {
      const { names } = step;
      if (names.length > 1 && !isLast) return (value) => value instanceof Map;
      return (value) => value instanceof Map && names.every((name) => value.has(name));
    }
    case 'elements':
    case 'slice':
      return (value) => Array.isArray(value);
    case 'filter':
      // A list too must pass before its elements are asked, as Jayway has it.
      return compileFilter(step.condition);
    default:
      return () => true;
  }
}

/** Whether an error says that a path finds nothing, rather than that something is wrong with us. */
export function meansNothingFound(error: unknown): boolean {
  return error === wrongOperand || error === notApplicable;
}
