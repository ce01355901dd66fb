/** The AWS CLI as a client, in a process of its own while this one serves. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { programPath } from './programs.ts';

/** What the CLI prints (`awsCli(endpoint, ['apigateway', 'get-rest-apis'])`), run in `folder`; asserts that it succeeds. */
export function awsCli(endpoint: string, parameters: readonly string[], folder = '.'): Promise<string> {
  const common = ['--endpoint-url', endpoint, '--region', 'us-east-1', '--output', 'json'];
  return printed(programPath('aws')!, [...common, ...parameters], folder, {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
}

/** What the bash commands of a page print, run as they stand there from the root of the project; they find us at $GATEWRIGHT_ENDPOINT, and the CLI in `folder`. */
export function runPage(
  page: string,
  endpoint: string,
  root: string,
  folder = programPath('aws')!.replace(/\/aws$/, ''),
): Promise<string> {
  const script = [...page.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
  return printed('bash', ['-euo', 'pipefail', '-c', script], root, {
    ...process.env,
    // The Node that runs this, also where the CLI's folder has another one.
    PATH: `${dirname(process.execPath)}:${folder}:${process.env['PATH']}`,
    GATEWRIGHT_ENDPOINT: endpoint,
    HOME: '/nonexistent',
  });
}

async function printed(
  program: string,
  parameters: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const child = spawn(program, parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, complaints);
  return output;
}
