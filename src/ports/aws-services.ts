/** Where other AWS services are reached and as whom: what an integration of type AWS needs beside its own definition. */
import type { SigningKeys } from '../base/sigv4-signer.ts';

export interface AwsServiceCall {
  /** As the integration's URI names it: `sqs`, `dynamodb`. */
  readonly service: string;
  /** `bucket` of `bucket.s3`. */
  readonly subdomain: string | undefined;
  readonly region: string;
  /** Authority of the service in AWS, subdomain included: `bucket.s3.us-east-1.amazonaws.com`. */
  readonly awsHost: string;
  /** Owner of the API, 12 digits. */
  readonly account: string;
  /** `credentials` of the integration. */
  readonly roleArn: string;
}

export interface AwsServiceAccess {
  /** `http://127.0.0.1:9324`, no path. */
  readonly origin: string;
  /** What `Host` says, which may be more than the origin does. */
  readonly host: string;
  readonly keys: SigningKeys;
}

export interface AwsServices {
  /** Cheap enough to ask per request. A sentence for the log when there is no way: it names the setting that opens one. */
  accessTo(call: AwsServiceCall): AwsServiceAccess | string | Promise<AwsServiceAccess | string>;
}
