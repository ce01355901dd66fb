import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package's version, `0.1.0`. */
export function version(): string {
  const file = join(import.meta.dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
