/** How much one reading of a path may do. `$..*..*` on deep JSON would visit more values than there are atoms. */

/** What is left; in visits to a value. */
export interface Work {
  left: number;
}

/** Some hundred milliseconds. Far beyond what reading every value of a 10 MB body takes. */
export const maxWork = 5_000_000;

/** Thrown when a path asks for more work than any sensible one; the caller's answer is an error, never half a result. */
export class TooMuchWorkError extends Error {
  constructor(message = 'The JSON path visits too many values') {
    super(message);
    this.name = 'TooMuchWorkError';
  }
}

export function spend(work: Work, visits: number): void {
  work.left -= visits;
  if (work.left < 0) throw new TooMuchWorkError();
}
