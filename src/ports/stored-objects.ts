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

/** On whose behalf something is read: the caller of the operation that reads. */
export interface ObjectReader {
  readonly accessKeyId: string | undefined;
  readonly callerArn: string;
  readonly region: string;
}

export interface StoredObjects {
  /** Rejects with S3's own Problem: NoSuchBucket, NoSuchKey, NoSuchVersion, and AccessDenied where `reader` may not read it in secure mode. */
  read(name: ObjectName, reader: ObjectReader): Promise<StoredObject>;
  /** The region a bucket lies in; undefined when there is none. */
  regionOf(bucket: string): Promise<string | undefined>;
}
