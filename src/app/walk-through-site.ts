/** The site of the walk-through: a copy of examples/rides/site that its reader may change, with the file `js/config.js` that says where pool and API are. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, createContext, Script } from 'node:vm';
import type { Log } from '../ports/telemetry.ts';
import type { SiteFiles } from './site-deployments.ts';
import { type StaticSite, startStaticSite } from './static-site.ts';

const examples = join(import.meta.dirname, '../../examples/rides');
const library = join(examples, '../../node_modules/amazon-cognito-identity-js/dist/amazon-cognito-identity.min.js');

/** `js/config.js`, in the shape of the tutorial's file of that name. `endpoint` is where the pool is; AWS where it is absent. */
export interface SiteConfig {
  readonly cognito: {
    readonly userPoolId: string;
    readonly userPoolClientId: string;
    readonly region: string;
    readonly endpoint: string;
  };
  readonly api: { readonly invokeUrl: string };
}

export interface WalkThroughSite extends StaticSite {
  /** Where its files may be changed. */
  readonly folder: string;
}

/** `dataDirectory` holds the copy, made anew with every start; without one it is temporary. */
export async function startWalkThroughSite(
  config: SiteConfig,
  dataDirectory: string | undefined,
  log: Log,
): Promise<WalkThroughSite> {
  const isTemporary = dataDirectory === undefined;
  const parent = isTemporary ? mkdtempSync(join(tmpdir(), 'gatewright-site-')) : join(dataDirectory, 'walk-through');
  const folder = join(parent, 'site');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'vendor'), { recursive: true });
  cpSync(join(examples, 'site'), folder, { recursive: true });
  cpSync(library, join(folder, 'vendor/amazon-cognito-identity.min.js'));
  writeFileSync(join(folder, 'js/config.js'), `window._config = ${JSON.stringify(config, undefined, 2)};\n`);
  const site = await startStaticSite({ name: 'Site of the walk-through', folder, complaint: siteComplaint, log });
  return {
    origin: site.origin,
    folder,
    async close() {
      await site.close();
      if (isTemporary) rmSync(parent, { recursive: true, force: true });
    },
  };
}

/** What would break in the browser: scripts that are none, and a configuration without what the page reads. */
export function siteComplaint(files: SiteFiles): string | undefined {
  for (const [path, { body }] of files) {
    if (!path.endsWith('.js')) continue;
    try {
      new Script(body.toString('utf8'), { filename: path });
    } catch (error) {
      return `${path.slice(1)}: ${lineOf(error)}${(error as Error).message}`;
    }
  }
  const config = files.get('/js/config.js');
  return config === undefined ? 'there is no js/config.js' : configComplaint(config.body.toString('utf8'));
}

/** `line 3: ` where the engine says so. */
function lineOf(error: unknown): string {
  const line = /:(\d+)\n/.exec((error as Error).stack ?? '')?.[1];
  return line === undefined ? '' : `line ${line}: `;
}

/** A configuration says a few names; one that runs for longer than this does something else. */
const maxConfigMs = 500;

function configComplaint(text: string): string | undefined {
  // Without an object of ours in it: nothing leads from there to here.
  const codeGeneration = { strings: false, wasm: false };
  const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration });
  let found: unknown;
  try {
    new Script('globalThis.window = globalThis').runInContext(context);
    new Script(text).runInContext(context, { timeout: maxConfigMs });
    // As text, so that nothing of the file's own runs on our side of the wall.
    const told = new Script('JSON.stringify(window._config)').runInContext(context, { timeout: maxConfigMs });
    found = typeof told === 'string' ? JSON.parse(told) : undefined;
  } catch (error) {
    return `js/config.js: ${(error as Error).message}`;
  }
  const { cognito, api } = (found ?? {}) as { cognito?: Record<string, unknown>; api?: Record<string, unknown> };
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
  if (!isText(cognito?.['userPoolId']) || !isText(cognito?.['userPoolClientId'])) {
    return 'js/config.js: window._config.cognito needs userPoolId and userPoolClientId';
  }
  const invokeUrl = api?.['invokeUrl'];
  if (invokeUrl === '' || (typeof invokeUrl === 'string' && /^https?:$/.test(URL.parse(invokeUrl)?.protocol ?? ''))) {
    return undefined;
  }
  return 'js/config.js: window._config.api.invokeUrl is no http or https address';
}
