/** One AWS call as a handler sees it, beside its typed input: who calls, where, when. */
export interface Call {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** The AWS request id of this call. */
  readonly requestId: string;
  /** Access key of the caller; undefined when the call was not signed. */
  readonly accessKeyId: string | undefined;
  /** ARN of the caller, `arn:aws:iam::{account}:root` until the credentials companion says otherwise. */
  readonly callerArn: string;
  /** `http://localhost:4566`: where this very call came in, for answers that hold URLs. */
  readonly endpoint: string;
  /** Path before the operation's own, `/dev` of `/dev/@connections/abc`; empty for most services. */
  readonly basePath?: string;
}

/** A handler of one operation. Input and output are the generated types of its service's model. */
export type Operation<Input, Output> = (input: Input, call: Call) => Output | Promise<Output>;

/** Handlers for some operations of a service whose generated types are `Operations`. */
export type Handlers<Operations extends Record<string, { input: unknown; output: unknown }>> = {
  readonly [Name in keyof Operations]?: Operation<Operations[Name]['input'], Operations[Name]['output']>;
};
