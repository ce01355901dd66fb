/** The thread that holds the event history's file. */
import { holdDatabase } from '../database-keeper.ts';
import { TrailDatabase } from './trail-database.ts';

/** Some hundred thousand records of ordinary size. */
const maxBytes = 512 * 1024 * 1024;

holdDatabase((file) => new TrailDatabase(file, maxBytes));
