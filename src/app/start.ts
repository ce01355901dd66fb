/** `gatewright start`: settings to a serving process, and the orderly end of it. */
import { once } from 'node:events';
import { createAwsClient } from './aws-client.ts';
import { type Composed, compose } from './compose.ts';
import { endpointUrl } from './endpoint-url.ts';
import { createLog } from './log.ts';
import { chatIntroduction, createChatSample, startChatTable } from './sample-chat.ts';
import { createRidesSample, ridesIntroduction } from './sample-rides.ts';
import { startWalkThrough } from './sample-walk-through.ts';
import { readSettings, type Settings, SettingsError } from './settings.ts';
import { version } from './version.ts';

export interface Running {
  /** `http://localhost:4566` */
  readonly endpoint: string;
  /** What to print about the sample, when one was asked for and is there. */
  readonly introduction: string | undefined;
  /** What to print of the root access key, when it was made just now. */
  readonly rootKey: string | undefined;
  close(): Promise<void>;
}

/** Starts everything. Rejects with one clear sentence when it cannot. */
export async function start(settings: Settings): Promise<Running> {
  const log = await createLog(settings.logFormat, settings.logLevel);
  const composed = await compose(settings, log, version());
  const endpoint = endpointUrl(settings.host, composed.port);
  const sample = await startSample(settings, composed, endpoint).catch(async (error: Error) => {
    await composed.close();
    throw new Error(`Cannot create the sample: ${error.message}`, { cause: error });
  });
  return {
    endpoint,
    introduction: sample?.introduction,
    rootKey: rootKeyNotice(composed),
    async close() {
      await composed.close();
      await sample?.close?.();
    },
  };
}

function rootKeyNotice({ rootKey }: Composed): string | undefined {
  if (rootKey === undefined) return undefined;
  const { account, accessKeyId, secretAccessKey } = rootKey;
  return (
    `Root access key of account ${account}. It is shown this once; make users and roles with it (docs/iam.md):\n` +
    `  AWS_ACCESS_KEY_ID=${accessKeyId}\n  AWS_SECRET_ACCESS_KEY=${secretAccessKey}`
  );
}

interface Sample {
  /** What to print about it. */
  readonly introduction: string;
  /** Ends what the sample runs beside the product. */
  readonly close?: () => Promise<void>;
}

async function startSample(
  settings: Settings,
  { services, store }: Composed,
  endpoint: string,
): Promise<Sample | undefined> {
  const aws = createAwsClient(services);
  if (settings.sample === 'chat') {
    const table = await startChatTable();
    const chat = await createChatSample(aws, endpoint, table);
    return { introduction: chatIntroduction(chat), close: () => table.close() };
  }
  if (settings.sample === 'walk-through') return startWalkThrough(services, endpoint);
  if (settings.sample !== 'rides') return undefined;
  const apiId = await createRidesSample(aws, store);
  return apiId === undefined ? undefined : { introduction: ridesIntroduction(apiId, endpoint) };
}

/** Serves until SIGTERM or SIGINT; a second signal ends at once. Resolves to the exit code. */
export async function startCommand(flags: Readonly<Record<string, unknown>>): Promise<number> {
  let settings: Settings;
  try {
    settings = readSettings(flags, process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    return 2;
  }
  const running = await start(settings);
  const signal = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  console.log(`Gatewright ready on ${running.endpoint}`);
  if (running.rootKey !== undefined) console.log(running.rootKey);
  if (running.introduction !== undefined) console.log(running.introduction);
  await signal;
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(1));
  await running.close();
  return 0;
}
