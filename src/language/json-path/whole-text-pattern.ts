/**
 * Java regular expressions that must match a whole text (`=~` in filters), in time that grows with pattern times text and never faster: the text is
 * read once, with all places of the pattern that could be reached kept side by side (Thompson 1968). JavaScript's own engine tries one way after the
 * other, and `(a+)+b` against thirty letters takes it minutes.
 */
import type { CharacterClass } from './character-class.ts';
import { type Assertion, PatternError, type PatternSyntax, parsePattern } from './pattern-syntax.ts';
import type { Work } from './work.ts';
import { spend } from './work.ts';

export interface WholeTextPattern {
  /** As written, without slashes and flags. */
  readonly source: string;
  matches(text: string, work: Work): boolean;
}

/** Counted repetitions are written out, so a short pattern can ask for a long program. */
const maxProgramLength = 5_000;

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
  return { source: pattern, matches: (text, work) => run(program, text, work) };
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

function run(program: readonly Instruction[], text: string, work: Work): boolean {
  const lastSeen = new Int32Array(program.length).fill(-1);
  let takes: number[] = [];
  let before = -1;
  let isDone = follow(program, [0], 0, before, text, takes, lastSeen);
  for (let at = 0; at < text.length; ) {
    const c = text.codePointAt(at)!;
    at += c > 0xffff ? 2 : 1;
    // A step of the program costs about an eighth of a visit to a value.
    spend(work, 1 + (takes.length >> 3));
    const reached: number[] = [];
    for (const place of takes) {
      const instruction = program[place]!;
      if (instruction.kind === 'take' && instruction.matches(c)) reached.push(place + 1);
    }
    if (reached.length === 0) return false;
    takes = [];
    before = c;
    isDone = follow(program, reached, at, before, text, takes, lastSeen);
  }
  return isDone;
}

/** Adds to `takes` all places that take a character and can be reached from `from` without taking one; whether the end can be. */
function follow(
  program: readonly Instruction[],
  from: number[],
  at: number,
  before: number,
  text: string,
  takes: number[],
  lastSeen: Int32Array,
): boolean {
  let isDone = false;
  const pending = from;
  while (pending.length > 0) {
    const place = pending.pop()!;
    if (lastSeen[place] === at) continue;
    lastSeen[place] = at;
    const instruction = program[place]!;
    switch (instruction.kind) {
      case 'take':
        takes.push(place);
        break;
      case 'fork':
        for (const to of instruction.to) pending.push(to);
        break;
      case 'check':
        if (instruction.holds(before, at < text.length ? text.codePointAt(at)! : -1)) pending.push(place + 1);
        break;
      case 'done':
        isDone = true;
    }
  }
  return isDone;
}
