/** What tests of the Lambda companion need: one running over a store in memory, zips made on the spot, and one call to make a function. */

import { zipSync } from 'fflate';
import { systemClock } from '../../src/base/clock.ts';
import {
  createFunctions,
  type FunctionsCompanion,
  type FunctionsOptions,
} from '../../src/companions/functions/functions.ts';
import type { FunctionSettings } from '../../src/companions/functions/settings.ts';
import { silentLog } from '../../src/ports/telemetry.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Call } from '../../src/wire/call.ts';
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  InvocationResponse,
  Operations,
} from '../../src/wire/generated/lambda.ts';

export const call: Call = {
  account: '123456789012',
  region: 'eu-west-1',
  requestId: '00000000-0000-4000-8000-000000000000',
  accessKeyId: undefined,
  callerArn: 'arn:aws:iam::123456789012:root',
  endpoint: 'http://localhost:4566',
};

export const arnOf = (name: string): string => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

/** Text or bytes per path; a path ending in `*` is executable. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const entries = Object.entries(files).map(([path, content]) => {
    const mode = path.endsWith('*') ? 0o100755 : 0o100644;
    return [path.replace(/\*$/, ''), [Buffer.from(content), { os: 3, attrs: (mode << 16) >>> 0 }]] as const;
  });
  return zipSync(Object.fromEntries(entries) as unknown as Parameters<typeof zipSync>[0]);
}

export interface LambdaUnderTest extends FunctionsCompanion {
  /** Any operation, by name. */
  run<Name extends keyof Operations>(name: Name, input: Operations[Name]['input']): Promise<Operations[Name]['output']>;
  /** A Node.js function whose `index.js` is `source`. */
  create(name: string, source: string, more?: Partial<CreateFunctionRequest>): Promise<FunctionConfiguration>;
  /** Invokes with JSON and reads JSON. */
  call(name: string, event?: unknown, more?: { qualifier?: string; tail?: boolean }): Promise<Called>;
}

interface Called {
  readonly answer: unknown;
  readonly error: string | undefined;
  readonly version: string | undefined;
  /** The decoded LogResult. */
  readonly log: string;
  readonly raw: InvocationResponse;
}

/** A companion of its own; close it when done. */
export function lambdaUnderTest(options: Partial<FunctionsOptions> = {}): LambdaUnderTest {
  const companion = createFunctions({
    store: createMemoryStore(),
    clock: systemClock,
    log: silentLog,
    endpointUrl: () => 'http://localhost:4566',
    mode: 'dev',
    ...options,
  });
  const run: LambdaUnderTest['run'] = async (name, input) => {
    const handler = companion.handlers[name];
    if (handler === undefined) throw new Error(`No handler for ${name}`);
    return handler(input, call);
  };
  return {
    ...companion,
    run,
    create: (name, source, more = {}) =>
      run('CreateFunction', {
        FunctionName: name,
        Role: 'arn:aws:iam::123456789012:role/any',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipOf({ 'index.js': source }) },
        ...more,
      }),
    async call(name, event = {}, { qualifier, tail } = {}) {
      const raw = await run('Invoke', {
        FunctionName: name,
        Payload: Buffer.from(JSON.stringify(event)),
        ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
        ...(tail === true ? { LogType: 'Tail' } : {}),
      });
      const text = Buffer.from(raw.Payload ?? []).toString('utf8');
      return {
        answer: text === '' ? undefined : JSON.parse(text),
        error: raw.FunctionError,
        version: raw.ExecutedVersion,
        log: Buffer.from(raw.LogResult ?? '', 'base64').toString('utf8'),
        raw,
      };
    },
  };
}

/** A companion with these settings, closed afterwards. */
export async function withLambda(
  settings: Partial<FunctionSettings>,
  work: (lambda: LambdaUnderTest) => Promise<void>,
): Promise<void> {
  const lambda = lambdaUnderTest({ settings });
  try {
    await work(lambda);
  } finally {
    await lambda.close();
  }
}

/** Asks every 10 ms, for at most half a minute: machines may be busy. */
export async function becomesTrue(question: () => boolean): Promise<boolean> {
  for (let i = 0; i < 3000; i++) {
    if (question()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}
