/** The thread that holds the log database's file. */
import { holdDatabase } from '../database-keeper.ts';
import { LogDatabase } from './log-database.ts';

holdDatabase((file) => new LogDatabase(file));
