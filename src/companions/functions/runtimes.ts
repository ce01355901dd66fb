/** Which program runs a runtime, and the environment variables AWS gives it. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { SigningKeys } from '../../base/sigv4-signer.ts';
import type { FunctionVersion } from './records.ts';
import type { FunctionSettings } from './settings.ts';

export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  /** As the INIT_START line names it. */
  readonly runtimeVersion: string;
  /** Said once per function when the version asked for is not the one at hand. */
  readonly notice?: string;
  /** Value of `AWS_EXECUTION_ENV`; custom runtimes have none. */
  readonly executionEnv?: string;
}

/** Why a runtime cannot be started; `detail` is what AWS says about it. */
export class NoRuntime extends Error {}

const nodeBootstrap = join(import.meta.dirname, 'bootstraps/node.mjs');
const pythonBootstrap = join(import.meta.dirname, 'bootstraps/python.py');

/** Whether functions of this runtime can run here at all. */
export const isKnownRuntime = (runtime: string): boolean =>
  /^(nodejs\d+\.x|python3\.\d+|provided(\.al2|\.al2023)?)$/.test(runtime);

/** The command for one version whose code lies in `taskRoot`. */
export async function launchOf(
  version: FunctionVersion,
  taskRoot: string,
  settings: FunctionSettings,
  layersRoot?: string,
): Promise<Launch> {
  const { runtime, memoryMb } = version;
  if (runtime.startsWith('nodejs')) {
    const wanted = runtime.slice('nodejs'.length).replace('.x', '');
    const isOurs = settings.node === process.execPath;
    const present = isOurs ? process.versions.node : 'unknown';
    const differs = isOurs && present.split('.')[0] !== wanted;
    return {
      program: settings.node,
      // AWS gives V8 nine tenths of the memory; the rest is for buffers and code.
      args: [`--max-old-space-size=${Math.floor(memoryMb * 0.9)}`, nodeBootstrap],
      runtimeVersion: `nodejs:${present}`,
      executionEnv: `AWS_Lambda_${runtime}`,
      ...(differs ? { notice: `Runtime ${runtime} is not on this machine: running on Node.js ${present}.` } : {}),
    };
  }
  if (runtime.startsWith('python')) {
    const python = await findPython(runtime, settings.python);
    return {
      program: python.path,
      args: ['-u', pythonBootstrap],
      runtimeVersion: `python:${python.version}`,
      executionEnv: `AWS_Lambda_${runtime}`,
      ...(runtime === `python${python.version.split('.').slice(0, 2).join('.')}`
        ? {}
        : { notice: `Runtime ${runtime} is not on this machine: running on Python ${python.version}.` }),
    };
  }
  const own = join(taskRoot, 'bootstrap');
  const ofLayer = layersRoot === undefined ? undefined : join(layersRoot, 'bootstrap');
  const bootstrap = !exists(own) && ofLayer !== undefined ? ofLayer : own;
  if (!isExecutable(bootstrap)) {
    throw new NoRuntime(
      exists(bootstrap)
        ? 'fork/exec /var/task/bootstrap: permission denied'
        : `Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]`,
    );
  }
  return { program: bootstrap, args: [], runtimeVersion: runtime.replace('.', ':') };
}

interface Python {
  readonly path: string;
  readonly version: string;
}

const pythons = new Map<string, Promise<Python>>();

/** The exact version when PATH has it, else `python3`; asked once, because version managers put slow shell scripts in front. */
function findPython(runtime: string, fallback: string): Promise<Python> {
  const name = isInPath(runtime) ? runtime : fallback;
  const known = pythons.get(name);
  if (known !== undefined) return known;
  const question = 'import sys; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])';
  const asked = promisify(execFile)(name, ['-c', question]).then(
    ({ stdout }) => {
      const [path = name, version = '3'] = stdout.trim().split('\n');
      return { path, version };
    },
    async (cause: unknown) => {
      if (name !== fallback) return findPython('', fallback);
      throw new NoRuntime(`Runtime ${runtime} needs ${fallback}, which is not on this machine`, { cause });
    },
  );
  pythons.set(name, asked);
  // A Python installed later is found without a restart.
  asked.catch(() => pythons.delete(name));
  return asked;
}

import type { TrustFiles } from './trust-files.ts';

const isInPath = (name: string): boolean =>
  name !== '' && (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Names a function's own configuration may not set (Lambda developer guide, "Defined runtime environment variables"). */
export const reservedVariables: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

export interface VariablesInput {
  readonly account: string;
  readonly region: string;
  readonly functionName: string;
  readonly version: FunctionVersion;
  readonly taskRoot: string;
  /** Where layers are that could not be mounted at `/opt`. */
  readonly layersRoot?: string | undefined;
  readonly temporaryFolder: string;
  readonly runtimeApi: string;
  readonly logStream: string;
  readonly endpointUrl: string;
  readonly trusted: TrustFiles | undefined;
  readonly keys: SigningKeys;
  readonly executionEnv: string | undefined;
}

/** The whole environment of the process: AWS's variables and the function's own, nothing of ours except where programs are found. */
export function variablesOf(input: VariablesInput): Record<string, string> {
  const { version, taskRoot, region, layersRoot: opt = '/opt' } = input;
  const node = /^nodejs(\d+)/.exec(version.runtime)?.[1];
  return {
    PATH: `${process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}:${opt}/bin`,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    HOME: input.temporaryFolder,
    // One machine, many functions: AWS's private /tmp becomes a private TMPDIR.
    TMPDIR: input.temporaryFolder,
    NODE_PATH: `${node === undefined ? '' : `${opt}/nodejs/node${node}/node_modules:`}${opt}/nodejs/node_modules:${taskRoot}/node_modules:${taskRoot}`,
    // As on Lambda: libraries of layers come before those of the machine, behind the function's own.
    PYTHONPATH: `${taskRoot}:${opt}/python:${opt}/python/lib/${version.runtime}/site-packages`,
    LD_LIBRARY_PATH: `${taskRoot}:${taskRoot}/lib:${opt}/lib`,
    AWS_ENDPOINT_URL: input.endpointUrl,
    // `https://{domainName}/{stage}` of a WebSocket event leads to our own certificate.
    ...(input.trusted && { NODE_EXTRA_CA_CERTS: input.trusted.ours, AWS_CA_BUNDLE: input.trusted.withEveryones }),
    ...version.environment,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: join(import.meta.dirname, 'bootstraps'),
    _HANDLER: version.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // What the function calls back on our endpoint, it calls as a session of its role.
    AWS_ACCESS_KEY_ID: input.keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: input.keys.secretAccessKey,
    AWS_SESSION_TOKEN: input.keys.sessionToken ?? '',
    AWS_LAMBDA_FUNCTION_NAME: input.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: version.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: input.logStream,
    AWS_LAMBDA_LOG_FORMAT: version.logFormat,
    ...(version.applicationLogLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: version.applicationLogLevel }),
    AWS_LAMBDA_RUNTIME_API: input.runtimeApi,
    AWS_LAMBDA_RUNTIME: version.runtime,
    ...(input.executionEnv === undefined ? {} : { AWS_EXECUTION_ENV: input.executionEnv }),
  };
}
