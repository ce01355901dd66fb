/** One S3 call as its handler sees it. */
import type { BodyStream } from '../../base/body-stream.ts';
import type { HeaderList } from '../../base/headers.ts';
import type { HttpRequest } from '../../base/http.ts';
import type { AccessKey } from '../../ports/credentials.ts';
import type { Call } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/s3.ts';
import type { ChecksumAlgorithm } from './checksums.ts';
import type { IncomingObject } from './incoming-object.ts';

export interface BucketCall extends Call {
  readonly request: HttpRequest;
  readonly query: URLSearchParams;
  /** Empty for calls to the service. */
  readonly bucket: string;
  /** Empty for calls to a bucket. */
  readonly key: string;
  readonly isVirtualHosted: boolean;
  /** Who called, as far as that is verified; undefined in dev mode for a key nobody made, and for a call without a signature. */
  readonly caller: AccessKey | undefined;
  /** Bytes of the object that is put, read once. */
  readonly incoming: (wantedAlgorithm?: ChecksumAlgorithm) => IncomingObject;
  /** Asks the caller's policies and the bucket's about a further action. Rejects with AccessDenied; asks nobody in dev mode. */
  mayAlso(action: string, resource: string): Promise<void>;
  /** What the handler says of the answer beside its output. */
  readonly answer: BucketAnswer;
}

export interface BucketAnswer {
  status?: number;
  stream?: BodyStream;
  /** Beside those the model binds. */
  readonly headers: HeaderList;
  /** A document the model does not describe. */
  body?: string;
}

export type BucketHandlers = {
  readonly [Name in keyof Operations]?: (
    input: Operations[Name]['input'],
    call: BucketCall,
  ) => Operations[Name]['output'] | Promise<Operations[Name]['output']>;
};
