/** Service logs on standard error: one readable line for people (`text`), one JSON object for collectors (`json`). */
import type { Log } from '../ports/telemetry.ts';
import { printable } from './printable.ts';

export type LogFormat = 'text' | 'json';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const severity: Record<LogLevel, number> = { debug: 20, info: 30, warn: 40, error: 50, silent: 100 };

export async function createLog(format: LogFormat, level: LogLevel): Promise<Log> {
  return format === 'json' ? jsonLog(level) : textLog(level, (line) => process.stderr.write(line));
}

async function jsonLog(level: LogLevel): Promise<Log> {
  // Loaded only by those who want JSON: pino is 8 MB of memory and 20 ms of the start.
  const { pino } = await import('pino');
  const logger = pino({ level, base: undefined }, pino.destination({ dest: 2, sync: true }));
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

/** `12:31:07 warn  GET /pet not found; did you mean /pets? (api=a1b2c3 stage=prod)` */
export function textLog(level: LogLevel, write: (line: string) => void): Log {
  const lineOf =
    (name: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}): void => {
      if (severity[name] < severity[level]) return;
      const details = Object.entries(fields)
        // What the sentence says already need not stand behind it again.
        .filter(([, value]) => value !== undefined && !(typeof value === 'string' && message.includes(value)))
        .map(
          ([key, value]) =>
            `${key}=${printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)))}`,
        )
        .join(' ');
      const time = new Date().toISOString().slice(11, 19);
      write(`${time} ${name.padEnd(5)} ${printable(message)}${details === '' ? '' : ` (${details})`}\n`);
    };
  return { debug: lineOf('debug'), info: lineOf('info'), warn: lineOf('warn'), error: lineOf('error') };
}
