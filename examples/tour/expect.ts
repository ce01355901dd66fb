/** How the tour says that an answer is not as it should be, and how it waits for one that comes a moment later. */

/** Throws the sentence unless it is so. */
export function expect(isSo: boolean, sentence: string): asserts isSo {
  if (!isSo) throw new Error(sentence);
}

/** Throws unless the answer has this status and, when given, this body. */
export function expectAnswer(what: string, answer: Answer, status: number, body?: string): void {
  const is = `${what} answered ${answer.status} ${answer.body}`;
  expect(answer.status === status, `${is}; ${status} was to be expected`);
  expect(body === undefined || answer.body === body, `${is}; ${body} was to be expected`);
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** One request, its body read. */
export async function call(url: string, request: RequestInit = {}): Promise<Answer> {
  const reply = await fetch(url, request);
  return { status: reply.status, body: await reply.text(), headers: reply.headers };
}

/** Asks until there is something, at most 100 times with 20 ms between: logs, traces and metrics come after the answer. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not come`);
}
