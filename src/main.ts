/** `gatewright …`: the process. Everything else is in app/. */
import { enableCompileCache } from 'node:module';

// Keeps stripped and compiled sources between starts: a third of the time to ready is saved (bench/start.ts measures it).
enableCompileCache();
const { runCommand } = await import('./app/commands.ts');
process.exitCode = await runCommand(process.argv.slice(2));
