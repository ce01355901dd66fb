/**
 * Who asks a database that is none of the store's: in memory the calls run where they are made; a file is held by a thread of its own, so that a slow disk makes nobody wait
 * who does not ask it something. Calls run in the order they are made, in both. Arguments and answers are plain data, to cross over.
 */
import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { Problem } from '../base/problem.ts';

/** What a database offers: synchronous methods by name. */
export interface Closable {
  close(): void;
}

type Method = (...args: never[]) => unknown;

/** The methods of a database that may be asked for. */
export type Asked<Database> = {
  [Name in keyof Database as Database[Name] extends Method ? Exclude<Name, 'close'> : never]: Database[Name];
};

export interface DatabaseKeeper<Database> {
  /** Rejects with the Problem the database threw, or with an Error when it cannot be used. */
  ask<Name extends keyof Asked<Database>>(
    name: Name,
    ...args: Database[Name] extends (...args: infer Parameters) => unknown ? Parameters : never
  ): Promise<Database[Name] extends (...args: never[]) => infer Answer ? Answer : never>;
  /** Waits for calls under way. */
  close(): Promise<void>;
}

/** What goes into the thread and comes out of it. */
interface Question {
  readonly id: number;
  readonly name: PropertyKey;
  readonly args: readonly unknown[];
}

type Answer = { readonly id: number } & (
  | { readonly value: unknown }
  | { readonly problem: { readonly kind: string; readonly message: string } }
  | { readonly error: string }
);

const call = (database: object, name: PropertyKey, args: readonly unknown[]): unknown =>
  (database as Record<PropertyKey, (...args: readonly unknown[]) => unknown>)[name]!(...args);

/** A keeper of what ends with the process. */
export function keptHere<Database extends Closable>(database: Database): DatabaseKeeper<Database> {
  return {
    async ask(name, ...args) {
      return call(database, name, args) as never;
    },
    async close() {
      database.close();
    },
  };
}

export interface ThreadOptions {
  /** Module that holds the file, without its ending: it calls `holdDatabase`. */
  readonly module: URL;
  /** What `top -H` and benches know the thread by. */
  readonly name: string;
  /** What of a call's arguments goes over as it is, and leaves this thread. */
  buffersOf?(name: PropertyKey, args: readonly unknown[]): ArrayBuffer[];
}

/** A keeper of `file`. The thread starts with the first call, and again when it died. */
export function keptInFile<Database extends Closable>(
  file: string,
  { module, name: threadName, buffersOf }: ThreadOptions,
): DatabaseKeeper<Database> {
  let worker: Worker | undefined;
  let nextId = 0;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();

  function start(): Worker {
    const started = new Worker(new URL(`${module.href}${extname(import.meta.filename)}`), {
      workerData: { file },
      name: threadName,
      ...cachedCode(),
    });
    const fail = (error: Error): void => {
      if (worker === started) worker = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    started.on('message', (answer: Answer) => {
      const asker = waiting.get(answer.id);
      waiting.delete(answer.id);
      // An idle thread keeps no process alive.
      if (waiting.size === 0) started.unref();
      if ('value' in answer) asker?.resolve(answer.value);
      else if ('problem' in answer) asker?.reject(new Problem(answer.problem.kind, answer.problem.message));
      else asker?.reject(new Error(`Cannot use ${file}: ${answer.error}`));
    });
    started.on('error', (error) => fail(new Error(`Cannot use ${file}: ${String(error)}`)));
    started.on('exit', () => fail(new Error(`Cannot use ${file}: its thread ended`)));
    return started;
  }

  function send(name: PropertyKey, args: readonly unknown[]): Promise<unknown> {
    worker ??= start();
    const id = nextId++;
    worker.ref();
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker!.postMessage({ id, name, args } satisfies Question, buffersOf?.(name, args) ?? []);
    });
  }

  return {
    ask: (name, ...args) => send(name, args) as Promise<never>,
    async close() {
      const running = worker;
      if (running === undefined) return;
      await send('close', []);
      await running.terminate();
    },
  };
}

/** A thread has no code in Node's compile cache unless told so; without it the type stripper is loaded in it once more, 27 MB. */
function cachedCode(): { env?: NodeJS.ProcessEnv } {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: dirname(folder) } };
}

/** The other side of `keptInFile`, in its thread: answers one question after the other. */
export function holdDatabase(open: (file: string) => object): void {
  const database = open((workerData as { file: string }).file);
  parentPort!.on('message', ({ id, name, args }: Question) => {
    parentPort!.postMessage(answerTo(database, id, name, args));
  });
}

function answerTo(database: object, id: number, name: PropertyKey, args: readonly unknown[]): Answer {
  try {
    return { id, value: call(database, name, args) };
  } catch (error) {
    if (error instanceof Problem) return { id, problem: { kind: error.kind, message: error.message } };
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
