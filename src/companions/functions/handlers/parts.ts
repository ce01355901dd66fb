/** What the handlers of the Lambda API share: the registry, and the two questions nearly all of them ask. */
import type { Clock } from '../../../base/clock.ts';
import type { Call } from '../../../wire/call.ts';
import { badParameter, functionNotFound } from '../function-errors.ts';
import type { Invoker } from '../invoker.ts';
import { functionArn, functionReference } from '../names.ts';
import type { FunctionRecord, FunctionVersion, LayerRef } from '../records.ts';
import type { Registry } from '../registry.ts';
import type { FunctionSettings } from '../settings.ts';
import type { ZipInBucket } from '../zip-in-bucket.ts';

export interface HandlerParts {
  readonly registry: Registry;
  readonly invoker: Invoker;
  readonly clock: Clock;
  readonly settings: FunctionSettings;
  readonly mode: 'dev' | 'secure';
  /** URL that serves a version's zip. */
  codeLocation(record: FunctionRecord, version: FunctionVersion, call: Call): string;
  /** A zip that lies in a bucket of S3. */
  readonly zipInBucket: ZipInBucket;
  /** The layers a function is to have, where the caller names some. */
  layersNamed(arns: readonly string[] | undefined, call: Call): Promise<readonly LayerRef[] | undefined>;
  /** The version an operation's FunctionName and Qualifier mean, or AWS's ResourceNotFoundException. */
  versionNamed(
    name: string,
    qualifier: string | undefined,
    call: Call,
  ): Promise<{ record: FunctionRecord; version: FunctionVersion; qualifier: string | undefined }>;
  /** The function an operation names, any qualifier aside. */
  functionNamed(name: string, call: Call): Promise<FunctionRecord>;
  /** One page of a list: AWS's Marker and MaxItems (50 unless told, 10,000 at most). */
  page<T>(
    items: readonly T[],
    marker: string | undefined,
    maxItems: number | undefined,
  ): { items: T[]; next: string | undefined };
}

/** The shared questions, answered over a registry. */
export function createHandlerParts(
  parts: Pick<
    HandlerParts,
    'registry' | 'invoker' | 'clock' | 'settings' | 'mode' | 'codeLocation' | 'zipInBucket' | 'layersNamed'
  >,
): HandlerParts {
  const { registry, invoker } = parts;
  return {
    ...parts,
    async versionNamed(name, qualifier, call) {
      const reference = functionReference(name, qualifier, call);
      await registry.loading();
      const record = registry.find(reference);
      if (record === undefined) throw functionNotFound(functionArn(reference, reference.qualifier));
      return { record, version: invoker.versionOf(record, reference.qualifier), qualifier: reference.qualifier };
    },
    async functionNamed(name, call) {
      const reference = functionReference(name, undefined, call);
      await registry.loading();
      const record = registry.find(reference);
      if (record === undefined) throw functionNotFound(functionArn(reference));
      return record;
    },
    page(items, marker, maxItems) {
      const from = marker === undefined || marker === '' ? 0 : readMarker(marker);
      const to = from + (maxItems ?? 50);
      return { items: items.slice(from, to), next: to < items.length ? writeMarker(to) : undefined };
    },
  };
}

const writeMarker = (at: number): string => Buffer.from(`from:${at}`).toString('base64url');

function readMarker(marker: string): number {
  const at = /^from:(\d{1,9})$/.exec(Buffer.from(marker, 'base64url').toString('latin1'))?.[1];
  if (at === undefined) throw badParameter('Invalid value for parameter Marker.');
  return Number(at);
}
