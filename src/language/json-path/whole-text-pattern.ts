/**
 * Java regular expressions that must match a whole text (`=~` in filters). A match takes at most the length of the pattern times that of the text: the
 * text is read once, with all places of the pattern that could be reached kept side by side (Thompson 1968). JavaScript's own engine tries one way
 * after the other, and `(a+)+b` against thirty letters takes it minutes.
 */
import type { CharacterClass } from './character-class.ts';
import type { Assertion } from './pattern-assertion.ts';
import { PatternError } from './pattern-cursor.ts';
import { type PatternSyntax, parsePattern } from './pattern-syntax.ts';
import { spend, type Work } from './work.ts';

export interface WholeTextPattern {
  /** Throws TooMuchWorkError when the text is too long for what is left of `work`. */
  matches(text: string, work: Work): boolean;
}

/** Counted repetitions are written out, so a short pattern can ask for a long program. */
const maxProgramLength = 1_000;

/** One step of a program: take a character and go on with the next step, or go on elsewhere without taking one. */
type Instruction =
  | { readonly kind: 'take'; readonly matches: CharacterClass }
  | { readonly kind: 'fork'; to: readonly number[] }
  | { readonly kind: 'check'; readonly holds: Assertion }
  | { readonly kind: 'done' };

/** Compiles a pattern with Java's flags `dixmsuU`; a sentence saying what is wrong when it cannot be. */
export function compileWholeTextPattern(pattern: string, flags: string): WholeTextPattern | string {
  const program: Instruction[] = [];
  try {
    write(parsePattern(pattern, flags), program);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `The pattern /${pattern}/${flags} cannot be used: ${error.message}`;
  }
  program.push({ kind: 'done' });
  return { matches: compileRun(program) };
}

function write(syntax: PatternSyntax, program: Instruction[]): void {
  if (program.length > maxProgramLength) throw new PatternError('it is too long, its repetitions written out');
  switch (syntax.kind) {
    case 'character':
      program.push({ kind: 'take', matches: syntax.matches });
      return;
    case 'assertion':
      program.push({ kind: 'check', holds: syntax.holds });
      return;
    case 'sequence':
      for (const each of syntax.of) write(each, program);
      return;
    case 'choice':
      writeChoice(syntax.of, program);
      return;
    case 'repeat':
      writeRepeat(syntax.of, syntax.least, syntax.most, program);
  }
}

function writeChoice(of: readonly PatternSyntax[], program: Instruction[]): void {
  const fork = { kind: 'fork' as const, to: [] as number[] };
  program.push(fork);
  const ends: { to: readonly number[] }[] = [];
  for (const each of of) {
    fork.to.push(program.length);
    write(each, program);
    const jump = { kind: 'fork' as const, to: [] as readonly number[] };
    program.push(jump);
    ends.push(jump);
  }
  for (const jump of ends) jump.to = [program.length];
}

function writeRepeat(of: PatternSyntax, least: number, most: number, program: Instruction[]): void {
  for (let i = 0; i < least; i++) write(of, program);
  if (most === Number.POSITIVE_INFINITY) {
    const start = program.length;
    const fork = { kind: 'fork' as const, to: [] as readonly number[] };
    program.push(fork);
    write(of, program);
    program.push({ kind: 'fork', to: [start] });
    fork.to = [start + 1, program.length];
    return;
  }
  const forks: { at: number; fork: { to: readonly number[] } }[] = [];
  for (let i = least; i < most; i++) {
    const fork = { kind: 'fork' as const, to: [] as readonly number[] };
    forks.push({ at: program.length, fork });
    program.push(fork);
    write(of, program);
  }
  for (const { at, fork } of forks) fork.to = [at + 1, program.length];
}

/** The lists are made once: a match runs to its end before another begins. */
function compileRun(program: readonly Instruction[]): WholeTextPattern['matches'] {
  /** The position at which a step was last reached, counted on over all texts, so that nothing has to be cleared. */
  const reachedAt = new Float64Array(program.length);
  let now = 0;
  const pending = new Int32Array(2 * program.length + 1);
  let pendingCount = 0;
  let takes = new Int32Array(program.length);
  let takeCount = 0;
  let isDone = false;

  /** Finds all steps that take a character and can be reached from `place` without taking one, and whether the end can be. */
  function follow(place: number, before: number, behind: number): void {
    pending[pendingCount++] = place;
    while (pendingCount > 0) {
      const at = pending[--pendingCount]!;
      if (reachedAt[at] === now) continue;
      reachedAt[at] = now;
      const instruction = program[at]!;
      switch (instruction.kind) {
        case 'take':
          takes[takeCount++] = at;
          break;
        case 'fork':
          for (const to of instruction.to) {
            if (reachedAt[to] !== now) pending[pendingCount++] = to;
          }
          break;
        case 'check':
          if (instruction.holds(before, behind)) pending[pendingCount++] = at + 1;
          break;
        case 'done':
          isDone = true;
      }
    }
  }

  let earlier = new Int32Array(program.length);
  return function matches(text, work) {
    spend(work, 1);
    now++;
    takeCount = 0;
    isDone = false;
    let behind = text.length === 0 ? -1 : text.codePointAt(0)!;
    follow(0, -1, behind);
    for (let at = 0; at < text.length; ) {
      const c = behind;
      at += c > 0xffff ? 2 : 1;
      behind = at < text.length ? text.codePointAt(at)! : -1;
      // Eight steps of a program cost about as much as a visit to a value.
      spend(work, 1 + (takeCount >> 3));
      [earlier, takes] = [takes, earlier];
      const count = takeCount;
      now++;
      takeCount = 0;
      isDone = false;
      for (let i = 0; i < count; i++) {
        const instruction = program[earlier[i]!]!;
        if (instruction.kind === 'take' && instruction.matches(c)) follow(earlier[i]! + 1, c, behind);
      }
      if (takeCount === 0) return isDone && at >= text.length;
    }
    return isDone;
  };
}
