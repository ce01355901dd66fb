/** What a function prints, on its way into the log: cut into lines, and never faster than we care to read. */
import type { Readable } from 'node:stream';
import { createLineSplitter } from './logs.ts';

export interface FunctionOutput {
  /** Reads one standard stream of the process to its end. */
  capture(pipe: Readable): void;
  /** Every 50 ms: the budget is fresh, paused streams flow again. */
  tick(): void;
}

/**
 * Beyond `maxBytesPerTick` the streams are not read until the next tick: the pipe fills, and a flooding function waits in its own
 * print, while neither our memory nor our event loop notices.
 */
export function createFunctionOutput(maxBytesPerTick: number, onLine: (line: string) => void): FunctionOutput {
  const pipes = new Set<Readable>();
  let bytesThisTick = 0;
  return {
    capture(pipe) {
      pipes.add(pipe);
      const lines = createLineSplitter(onLine);
      pipe.on('data', (bytes: Buffer) => {
        lines.push(bytes);
        bytesThisTick += bytes.length;
        if (bytesThisTick > maxBytesPerTick) for (const each of pipes) each.pause();
      });
      pipe.on('end', () => lines.flush());
      pipe.on('close', () => pipes.delete(pipe));
      pipe.on('error', () => pipe.destroy());
    },
    tick() {
      bytesThisTick = 0;
      for (const pipe of pipes) if (pipe.isPaused()) pipe.resume();
    },
  };
}
