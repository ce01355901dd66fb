import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Log } from '../ports/telemetry.ts';
import { createSite } from './site-deployments.ts';
import { settled } from './static-site.ts';
import { siteComplaint } from './walk-through-site.ts';

const configOf = (invokeUrl: string) =>
  `// Where things are.\nwindow._config = {\n  cognito: { userPoolId: 'us-east-1_A', userPoolClientId: 'c' },\n  api: { invokeUrl: '${invokeUrl}' },\n};\n`;

/** A site of three files in a folder of its own, and what its log says. */
function siteUnderTest(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-test-site-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const lines: string[] = [];
  const keep = (message: string) => void lines.push(message);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
  mkdirSync(join(folder, 'js'));
  const save = (path: string, text: string) => writeFileSync(join(folder, path), text);
  save('index.html', '<script src="js/config.js"></script><script src="js/ride.js"></script>');
  save('js/ride.js', 'window.asked = 1;');
  save('js/config.js', configOf('http://a.example/prod'));
  const site = createSite({ name: 'Site', folder, complaint: siteComplaint, log });
  return { folder, lines, site, save, body: (path: string) => site.files().get(path)?.body.toString() };
}

test('[E2E-04] a saved change is served whole, and the log names what changed; without a change nothing happens', (t) => {
  const { site, save, lines, body } = siteUnderTest(t);
  site.deploy();
  assert.deepEqual([site.deployment(), lines], [1, []]);
  save('js/config.js', configOf('http://a.example/beta'));
  save('js/ride.js', 'window.asked = 2;');
  const before = site.files();
  site.deploy();
  assert.equal(body('/js/config.js'), configOf('http://a.example/beta'));
  assert.equal(body('/js/ride.js'), 'window.asked = 2;');
  assert.equal(before.get('/js/ride.js')!.body.toString(), 'window.asked = 1;');
  assert.equal(lines.length, 1);
  assert.match(
    lines[0]!,
    /^Site: (js\/config.js, js\/ride.js|js\/ride.js, js\/config.js) changed; deployment 2 is served$/,
  );
});

test('[E2E-04] a broken change is refused with a sentence, and all of the earlier deployment stays', (t) => {
  const { folder, site, save, lines, body } = siteUnderTest(t);
  const good = configOf('http://a.example/prod');
  for (const [config, why] of [
    ['window._config = {\n  api: {\n', /: js\/config\.js: line 3: Unexpected end of input$/],
    [configOf('ftp://a.example'), /: js\/config\.js: window\._config\.api\.invokeUrl is no http or https address$/],
    [configOf('prod'), /invokeUrl is no http or https address$/],
    ['window._config = { api: { invokeUrl: "http://a.example" } };', /cognito needs userPoolId and userPoolClientId$/],
    ['', /cognito needs userPoolId/],
    ['window._config = nothing;', /: js\/config\.js: nothing is not defined$/],
    ['while (true);', /: js\/config\.js: Script execution timed out/],
    ['window._config = { toJSON() { throw new Error("no"); } };', /: js\/config\.js: no$/],
    [`window._config = this.constructor.constructor('return process')();`, /Code generation from strings disallowed/],
  ] as const) {
    save('index.html', 'new page');
    save('js/config.js', config);
    site.deploy();
    assert.match(lines.at(-1)!, /^Site: a change was not deployed, deployment 1 stays: /);
    assert.match(lines.at(-1)!, why);
    assert.equal(body('/js/config.js'), good);
    assert.match(body('/')!, /script/);
  }
  save('js/config.js', good);
  save('js/ride.js', 'const = 1;');
  site.deploy();
  assert.match(lines.at(-1)!, /js\/ride\.js: line 1: Unexpected token '='$/);
  rmSync(folder, { recursive: true });
  site.deploy();
  assert.match(lines.at(-1)!, /ENOENT/);
  assert.equal(site.deployment(), 1);
});

test('[E2E-04] an invokeUrl may be empty, as before there is an API; hidden files, editors’ leftovers and links are not served', (t) => {
  const { folder, site, save } = siteUnderTest(t);
  save('js/config.js', configOf(''));
  save('js/.config.js.swp', 'x');
  save('js/config.js~', 'x');
  symlinkSync('/etc/hostname', join(folder, 'js/link.js'));
  site.deploy();
  assert.deepEqual([...site.files().keys()].sort(), ['/', '/index.html', '/js/config.js', '/js/ride.js']);
  assert.equal(site.deployment(), 2);
});

test('[E2E-04] what is saved in several steps is deployed once, when all has been quiet', () => {
  const timers = new Map<number, () => void>();
  let made = 0;
  let deployed = 0;
  const changes = settled(() => deployed++, 150, {
    start(then, ms) {
      assert.equal(ms, 150);
      timers.set(++made, then);
      return made;
    },
    stop: (timer) => timers.delete(timer as number),
  });
  for (let i = 0; i < 3; i++) changes.changed();
  assert.deepEqual([timers.size, deployed], [1, 0]);
  for (const fire of timers.values()) fire();
  assert.equal(deployed, 1);
  changes.changed();
  changes.cancel();
  assert.equal(timers.size, 1, 'the fired one only');
});
