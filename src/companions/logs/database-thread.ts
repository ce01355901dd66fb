/** The thread that holds the log database's file: answers one question after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../../base/problem.ts';
import { LogDatabase } from './log-database.ts';
import type { Answer, Question } from './log-keeper.ts';

const database = new LogDatabase((workerData as { file: string }).file);

parentPort!.on('message', ({ id, name, args }: Question) => {
  parentPort!.postMessage(answerTo(id, name, args));
});

function answerTo(id: number, name: Question['name'], args: readonly unknown[]): Answer {
  try {
    return { id, value: (database[name] as (...args: readonly unknown[]) => unknown)(...args) };
  } catch (error) {
    if (error instanceof Problem) return { id, problem: { kind: error.kind, message: error.message } };
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
