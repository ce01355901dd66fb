/** The CloudTrail companion (row MET-10): a record of every management call, looked up by LookupEvents, and as lines of JSON where somebody asked for them. */
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { LineSink } from '../../ports/request-logs.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { Handlers } from '../../wire/call.ts';
import type { AnsweredCall } from '../../wire/endpoint.ts';
import type { Operations } from '../../wire/generated/cloudtrail.ts';
import { createBatches } from '../batches.ts';
import { lookupHandlers } from './handlers/lookup-events.ts';
import { trailHandlers } from './handlers/trails.ts';
import { keepInFile, keepInMemory, type TrailKeeper } from './keeper.ts';
import { recordOf } from './record.ts';
import { isRecorded } from './recorded-calls.ts';
import type { NewTrailEvent } from './trail-database.ts';

export interface TrailOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** `trail.sqlite` is kept in it; without it events end with the process. */
  readonly dataDirectory: string | undefined;
  /** Takes every record as a line of JSON. */
  readonly everyEvent?: LineSink | undefined;
}

export interface TrailCompanion {
  readonly handlers: Handlers<Operations>;
  /** A call that was answered. Never throws, never waits. */
  keep(made: AnsweredCall): void;
  /** Forgets everything. */
  reset(): Promise<void>;
  /** Keeps what waits, then lets go of the file. */
  close(): Promise<void>;
}

const maxWaitingBytes = 16 * 1024 * 1024;

/** Opens the companion; the file is opened with the first event. */
export function createTrail({ clock, log, dataDirectory, everyEvent }: TrailOptions): TrailCompanion {
  let keeper: TrailKeeper | undefined;
  const opened = (): TrailKeeper => {
    keeper ??= dataDirectory === undefined ? keepInMemory() : keepInFile(join(dataDirectory, 'trail.sqlite'));
    return keeper;
  };
  const batches = createBatches<NewTrailEvent[]>({
    ...{ what: 'Events of CloudTrail', keeper: 'the event history', clock, log, maxWaitingBytes },
    empty: () => [],
    keep: (events, nowMs) => opened().ask('add', events, nowMs),
  });
  const ask: TrailKeeper['ask'] = (name, ...args) => {
    batches.flush();
    return opened().ask(name, ...args);
  };

  return {
    handlers: { ...lookupHandlers({ ask }), ...trailHandlers },
    keep(made) {
      if (!isRecorded(made.service.model.name, made.operation.name)) return;
      try {
        const event = recordOf(made);
        everyEvent?.write(event.atMs, event.record);
        batches.roomFor(event.record.length)?.push(event);
      } catch (error) {
        log.error(`Cannot record ${made.operation.name}`, {
          error: error instanceof Error ? error.stack : String(error),
        });
      }
    },
    async reset() {
      if (keeper !== undefined || batches.waits()) await ask('clear');
    },
    async close() {
      await batches.close();
      await keeper?.close();
    },
  };
}
