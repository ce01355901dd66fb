/** Function URLs as records know them, and where each leads. */
import type { Cors, FunctionUrlAuthType, InvokeMode } from '../../wire/generated/lambda.ts';
import type { FunctionRecord } from './records.ts';

/** Kept with its function, by qualifier; `''` is the unqualified function's. */
export interface FunctionUrl {
  /** 32 letters and digits: the first label of the address. */
  readonly id: string;
  readonly authType: FunctionUrlAuthType;
  readonly invokeMode: InvokeMode;
  readonly cors?: Cors;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export interface UrlTarget {
  readonly record: FunctionRecord;
  /** Alias; undefined for the unqualified function. */
  readonly qualifier: string | undefined;
  readonly url: FunctionUrl;
}

/** The function behind an id. Called per request, so whoever holds the records keeps what this makes of them. */
export function urlTargets(records: readonly FunctionRecord[]): ReadonlyMap<string, UrlTarget> {
  return new Map(
    records.flatMap((record) =>
      Object.entries(record.urls ?? {}).map(([qualifier, url]): [string, UrlTarget] => [
        url.id,
        { record, qualifier: qualifier === '' ? undefined : qualifier, url },
      ]),
    ),
  );
}
