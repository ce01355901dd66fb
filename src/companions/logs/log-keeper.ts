/** Who asks the log database: in memory, or in `logs.sqlite` by a thread of its own. */
import { type DatabaseKeeper, keptHere, keptInFile } from '../database-keeper.ts';
import { LogDatabase, type StreamBatch } from './log-database.ts';

export type LogKeeper = DatabaseKeeper<LogDatabase>;

/** Of logs that nobody gave a place on a disk, the newest are kept. */
const maxBytesInMemory = 128 * 1024 * 1024;

/** A keeper of logs that end with the process. */
export const keepInMemory = (): LogKeeper => keptHere(new LogDatabase(':memory:', maxBytesInMemory));

/** A keeper of logs in `file`. */
export function keepInFile(file: string): LogKeeper {
  return keptInFile(file, {
    module: new URL('./database-thread', import.meta.url),
    name: 'log-database',
    // Lines go over to the thread as they are, and leave this one.
    buffersOf: (name, args) =>
      name === 'append' ? (args[0] as readonly StreamBatch[]).map(({ events }) => events.buffer as ArrayBuffer) : [],
  });
}
