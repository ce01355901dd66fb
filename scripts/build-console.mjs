/** Builds the web console into console/dist when its sources are not those it was last built from. Runs on any Node from 20; `--force` builds anyway. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const console_ = join(root, 'console');
const dist = join(console_, 'dist');
const stamp = join(dist, '.built-from');

/** One hash of all that the built files follow from: the console's sources, the models, and what of the server they import. */
function sourcesHash() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const files = new Set([...filesBelow(console_), ...filesBelow(join(root, 'models'))]);
  // A set goes on to what is added to it on the way.
  for (const file of files) {
    const text = readFileSync(file);
    hash.update(`\n${relative(root, file)}\n`).update(text);
    if (!/\.tsx?$/.test(file)) continue;
    for (const [, target] of text.toString().matchAll(/from '(\.[^']+\.tsx?)'/g))
      files.add(join(dirname(file), target));
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/^\.?dist/.test(relative(folder, file)))
    .sort();
}

function build(wanted) {
  // Two builds at once must not empty each other's folder: each has its own, and the last one done stays.
  const fresh = join(console_, `.dist-${process.pid}`);
  const node = join(root, 'node_modules/.bin/node');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', console_, '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'];
  process.stderr.write('Building the console (once) ...\n');
  const { status } = spawnSync(node, args, { cwd: root, stdio: ['ignore', 2, 2] });
  try {
    if (status !== 0) return false;
    writeFileSync(join(fresh, '.built-from'), wanted);
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
    return true;
  } catch (error) {
    // The other build came between; what it built is the same.
    return existsSync(stamp) || error.code !== 'ENOTEMPTY';
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (existsSync(join(console_, 'index.html'))) {
  const wanted = sourcesHash();
  const has = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if ((has !== wanted || process.argv.includes('--force')) && !build(wanted)) {
    process.stderr.write('Cannot build the console, see above; everything else works without it.\n');
    if (process.argv.includes('--force')) process.exitCode = 1;
  }
}
