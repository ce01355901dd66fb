/** Who owns an access key. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Required in `X-Amz-Security-Token` when set. */
  readonly sessionToken?: string;
  /** 12 digits. */
  readonly account: string;
  readonly callerArn: string;
}

export interface Credentials {
  accessKey(accessKeyId: string): AccessKey | undefined | Promise<AccessKey | undefined>;
}
