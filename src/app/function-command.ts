/** `gatewright function deploy NAME --dir DIR`: a function from a folder, read in place, so that an edit works at the next cold start. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from './usage-error.ts';

/** Resolves to the exit code. */
export async function functionCommand(
  words: readonly string[],
  flags: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [action, name, ...rest] = words;
  if (action !== 'deploy' || name === undefined || rest.length > 0)
    throw new UsageError('expected: function deploy NAME --dir DIR');
  if (flags['dir'] === undefined) throw new UsageError('--dir is missing');
  const folder = resolve(flags['dir']);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new UsageError(`there is no folder ${folder}`);

  const endpoint = flags['endpoint'] ?? process.env['AWS_ENDPOINT_URL'] ?? 'http://localhost:4566';
  const runtime = flags['runtime'] ?? runtimeOf(folder);
  const handler =
    flags['handler'] ?? (runtime.startsWith('python') ? 'lambda_function.lambda_handler' : 'index.handler');
  // Bucket `file` is Gatewright's own: the key is a folder on the server's machine (docs/functions.md).
  const code = { S3Bucket: 'file', S3Key: folder };

  const functions = `${endpoint}/2015-03-31/functions`;
  const created = await send('POST', functions, {
    FunctionName: name,
    Runtime: runtime,
    Handler: handler,
    Role: 'arn:aws:iam::000000000000:role/any',
    Code: code,
  });
  if (created.status !== 409) return report(created, 'created', name);
  const configured = await send('PUT', `${functions}/${name}/configuration`, { Runtime: runtime, Handler: handler });
  if (configured.status >= 400) return report(configured, 'configured', name);
  return report(await send('PUT', `${functions}/${name}/code`, code), 'updated', name);
}

function runtimeOf(folder: string): string {
  if (existsSync(join(folder, 'bootstrap'))) return 'provided.al2023';
  const isPython = readdirSync(folder).some((file) => file.endsWith('.py'));
  return isPython ? 'python3.13' : 'nodejs26.x';
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function send(method: string, url: string, input: unknown): Promise<Answer> {
  try {
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(url, { method, headers, body: JSON.stringify(input) });
    return { status: reply.status, text: await reply.text() };
  } catch (error) {
    throw new Error(`Cannot reach Gatewright at ${new URL(url).origin}: is it running?`, { cause: error });
  }
}

function report({ status, text }: Answer, done: string, name: string): number {
  if (status >= 400) {
    console.error(`Cannot deploy ${name}: ${text}`);
    return 1;
  }
  console.log(`${done} ${(JSON.parse(text) as { FunctionArn: string }).FunctionArn}`);
  return 0;
}
