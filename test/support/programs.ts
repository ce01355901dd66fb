/** Programs of the machine that some tests need; a test that lacks one is skipped with a sentence saying what to install. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const debianPackages: Readonly<Record<string, string>> = {
  aws: 'awscli',
  nginx: 'nginx',
  wrk: 'wrk',
  python3: 'python3',
  curl: 'curl',
  openssl: 'openssl',
  chromium: 'chromium',
  java: 'default-jdk-headless',
  javac: 'default-jdk-headless',
  ruby: 'ruby',
  gem: 'ruby',
  'redis-server': 'redis-server',
};

/** Full path of a program, Debian's own before others on PATH; undefined when the machine has none. */
export function programPath(name: string): string | undefined {
  for (const folder of ['/usr/bin', '/usr/sbin', ...(process.env['PATH'] ?? '').split(':')]) {
    const path = `${folder}/${name}`;
    if (existsSync(path)) return path;
  }
  return undefined;
}

/** For node:test's `skip`: false when all are there, else the sentence. */
export function skipWithout(...names: readonly string[]): string | false {
  const missing = names.filter((name) => programPath(name) === undefined);
  if (missing.length === 0) return false;
  return `needs ${missing.join(' and ')}: apt-get install ${missing.map((name) => debianPackages[name] ?? name).join(' ')}`;
}

/** First line a program prints of its version, for benches. */
export function versionOf(name: string, flag = '--version'): string {
  const { stdout, stderr } = spawnSync(programPath(name) ?? name, [flag], { encoding: 'utf8' });
  return (stdout || stderr || 'unknown').split('\n')[0]!.trim();
}
