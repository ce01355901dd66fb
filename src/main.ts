/** `gatewright …`: the process. Everything else is in app/. */
import { enableCompileCache } from 'node:module';

// Keeps stripped and compiled sources between starts: ready in 270 ms instead of 420 (with NODE_DISABLE_COMPILE_CACHE=1).
enableCompileCache();
const { runCommand } = await import('./app/commands.ts');
process.exitCode = await runCommand(process.argv.slice(2));
