/** `gatewright start`: settings to a serving process, and the orderly end of it. */
import { once } from 'node:events';
import type { Log } from '../ports/telemetry.ts';
import { createAwsClient } from './aws-client.ts';
import { type Composed, compose } from './compose/compose.ts';
import { endpointUrl } from './endpoint-url.ts';
import { createLog } from './log.ts';
import { chatIntroduction, createChatSample, startChatTable } from './sample-chat.ts';
import { createRidesSample, ridesIntroduction } from './sample-rides.ts';
import { startWalkThrough } from './sample-walk-through.ts';
import { readSettings, type SampleName, type Settings, SettingsError } from './settings.ts';
import { version } from './version.ts';

export interface Running {
  /** `http://localhost:4566` */
  readonly endpoint: string;
  /** What to print about each sample that was asked for and is there. */
  readonly introductions: readonly string[];
  /** What to print of the root access key, when it was made just now. */
  readonly rootKey: string | undefined;
  close(): Promise<void>;
}

/** Starts everything. Rejects with one clear sentence when it cannot. */
export async function start(settings: Settings): Promise<Running> {
  const log = await createLog(settings.logFormat, settings.logLevel);
  const composed = await compose(settings, log, version());
  const endpoint = endpointUrl(settings.host, composed.port);
  const samples = await startSamples(settings, { composed, endpoint, log }).catch(async (error: Error) => {
    await composed.close();
    throw new Error(`Cannot create the sample: ${error.message}`, { cause: error });
  });
  return {
    endpoint,
    introductions: introductionsOf(samples, endpoint),
    rootKey: rootKeyNotice(composed),
    async close() {
      await composed.close();
      await closeAll(samples);
    },
  };
}

/** Who starts with samples is looking around: the console is one more thing to see. */
function introductionsOf(samples: readonly Sample[], endpoint: string): string[] {
  const introductions = samples.flatMap(({ introduction }) => introduction ?? []);
  return introductions.length === 0 ? [] : [...introductions, `Console: ${endpoint}/_/console/`];
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
  /** What to print about it; nothing when its user has deleted it. */
  readonly introduction: string | undefined;
  /** Ends what the sample runs beside the product. */
  readonly close?: () => Promise<void>;
}

/** Starts one after the other; when one cannot start, those before it end. */
async function startSamples(
  { sample: names, dataDirectory }: Settings,
  around: Omit<AroundSamples, 'dataDirectory'>,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  try {
    for (const name of names) samples.push(await starters[name]({ ...around, dataDirectory }));
  } catch (error) {
    await closeAll(samples);
    throw error;
  }
  return samples;
}

const closeAll = (samples: readonly Sample[]): Promise<unknown> => Promise.all(samples.map(({ close }) => close?.()));

interface AroundSamples {
  readonly composed: Composed;
  readonly endpoint: string;
  readonly dataDirectory: string | undefined;
  readonly log: Log;
}

const starters: Readonly<Record<SampleName, (around: AroundSamples) => Promise<Sample>>> = {
  async rides({ composed: { services, store }, endpoint }) {
    const apiId = await createRidesSample(createAwsClient(services), store);
    return { introduction: apiId === undefined ? undefined : ridesIntroduction(apiId, endpoint) };
  },
  'walk-through': ({ composed, endpoint, ...around }) => startWalkThrough(composed.services, endpoint, around),
  async chat({ composed: { services }, endpoint }) {
    const table = await startChatTable();
    const chat = await createChatSample(createAwsClient(services), endpoint, table);
    return { introduction: chatIntroduction(chat), close: () => table.close() };
  },
};

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
  for (const introduction of running.introductions) console.log(introduction);
  await signal;
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(1));
  await running.close();
  // Standard output that nobody reads would keep the process.
  setTimeout(() => process.exit(0), 1_000).unref();
  return 0;
}
