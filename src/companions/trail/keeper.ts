/** Who asks the event history: in memory, or in `trail.sqlite` by a thread of its own. */
import { type DatabaseKeeper, keptHere, keptInFile } from '../database-keeper.ts';
import { TrailDatabase } from './trail-database.ts';

export type TrailKeeper = DatabaseKeeper<TrailDatabase>;

/** Of events that nobody gave a place on a disk, the newest are kept. */
const maxBytesInMemory = 32 * 1024 * 1024;

export const keepInMemory = (): TrailKeeper => keptHere(new TrailDatabase(':memory:', maxBytesInMemory));

export const keepInFile = (file: string): TrailKeeper =>
  keptInFile(file, { module: new URL('./trail-thread', import.meta.url), name: 'event-history' });
