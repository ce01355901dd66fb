/** Answers of our own pages (`/_/…`): JSON with a line break at its end, which terminals like. */
import type { HttpReply } from './http.ts';

export const jsonReply = (status: number, value: unknown): HttpReply => ({
  status,
  headers: ['Content-Type', 'application/json'],
  body: `${JSON.stringify(value)}\n`,
});

/** What was wrong with a request, for the person who sent it. */
export const messageReply = (status: number, message: string): HttpReply => jsonReply(status, { message });
