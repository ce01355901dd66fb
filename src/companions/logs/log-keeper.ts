/**
 * Who asks the log database: in memory the calls run where they are made; a file is held by a thread of its own, so that a slow disk makes nobody wait who does not ask
 * for logs. Calls run in the order they are made, in both.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Problem } from '../../base/problem.ts';
import { LogDatabase, type StreamBatch } from './log-database.ts';

type Asked = Omit<LogDatabase, 'close'>;

export interface LogKeeper {
  /** Rejects with the Problem the database threw, or with an Error when it cannot be used. */
  ask<Name extends keyof Asked>(name: Name, ...args: Parameters<Asked[Name]>): Promise<ReturnType<Asked[Name]>>;
  /** Waits for calls under way. */
  close(): Promise<void>;
}

/** What goes into the thread and comes out of it. */
export interface Question {
  readonly id: number;
  readonly name: keyof LogDatabase;
  readonly args: readonly unknown[];
}

export type Answer = { readonly id: number } & (
  | { readonly value: unknown }
  | { readonly problem: { readonly kind: string; readonly message: string } }
  | { readonly error: string }
);

/** Of logs that nobody gave a place on a disk, the newest are kept. */
const maxBytesInMemory = 128 * 1024 * 1024;

/** A keeper of logs that end with the process. */
export function keepInMemory(): LogKeeper {
  const database = new LogDatabase(':memory:', maxBytesInMemory);
  return {
    async ask(name, ...args) {
      return (database[name] as (...args: unknown[]) => never)(...args);
    },
    async close() {
      database.close();
    },
  };
}

/** Lines go over to the thread as they are, and leave this one. */
const buffersOf = (args: readonly unknown[]): ArrayBuffer[] =>
  (args[0] as readonly StreamBatch[]).map(({ events }) => events.buffer as ArrayBuffer);

/** A keeper of logs in `file`; the thread starts with the first call, and again when it died. */
export function keepInFile(file: string): LogKeeper {
  let worker: Worker | undefined;
  let nextId = 0;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();

  function start(): Worker {
    const thread = new Worker(new URL(`./database-thread${extname(import.meta.filename)}`, import.meta.url), {
      workerData: { file },
      // What `top -H` and bench/stages.ts know it by.
      name: 'log-database',
    });
    const fail = (error: Error): void => {
      if (worker === thread) worker = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    thread.on('message', (answer: Answer) => {
      const asker = waiting.get(answer.id);
      waiting.delete(answer.id);
      // An idle thread keeps no process alive.
      if (waiting.size === 0) thread.unref();
      if ('value' in answer) asker?.resolve(answer.value);
      else if ('problem' in answer) asker?.reject(new Problem(answer.problem.kind, answer.problem.message));
      else asker?.reject(new Error(`Cannot use ${file}: ${answer.error}`));
    });
    thread.on('error', (error) => fail(new Error(`Cannot use ${file}: ${String(error)}`)));
    thread.on('exit', () => fail(new Error(`Cannot use ${file}: its thread ended`)));
    return thread;
  }

  function send(name: keyof LogDatabase, args: readonly unknown[]): Promise<unknown> {
    worker ??= start();
    const id = nextId++;
    worker.ref();
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker!.postMessage({ id, name, args } satisfies Question, name === 'append' ? buffersOf(args) : []);
    });
  }

  return {
    ask: (name, ...args) => send(name, args) as Promise<never>,
    async close() {
      const thread = worker;
      if (thread === undefined) return;
      await send('close', []);
      await thread.terminate();
    },
  };
}
