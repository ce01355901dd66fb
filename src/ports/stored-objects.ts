/** Objects of this server's own S3, for others in the house: a function's code, a template. */
import type { BodyStream } from '../base/body-stream.ts';

export interface StoredObject {
  /** The version that was read; `null` in a bucket that keeps none. */
  readonly versionId: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly body: BodyStream;
}

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
  /** The latest when absent. */
  readonly versionId?: string | undefined;
}

export interface StoredObjects {
  /** Rejects with S3's own Problem: NoSuchBucket, NoSuchKey, NoSuchVersion. May the caller read it? Whoever asks has asked that. */
  read(name: ObjectName): Promise<StoredObject>;
  /** The region a bucket lies in; undefined when there is none. */
  regionOf(bucket: string): Promise<string | undefined>;
}
