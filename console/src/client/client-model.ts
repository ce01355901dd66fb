/** An AWS service as a client sees it: which request an operation is, and where the members of its input and output go. */
export interface ClientModel {
  readonly protocol: 'rest-json' | 'json';
  /** In the scope of signatures. */
  readonly signingName: string;
  /** Before the operation's name in `X-Amz-Target`; of the json protocol. */
  readonly targetPrefix?: string;
  readonly operations: Readonly<Record<string, ClientOperation>>;
  readonly shapes: Readonly<Record<string, ClientShape>>;
}

export interface ClientOperation {
  readonly method: string;
  /** `/restapis/{restapi_id}/resources`, may end in a literal query such as `?mode=import`. */
  readonly requestUri: string;
  /** Names of shapes. */
  readonly input?: string;
  readonly output?: string;
}

export interface ClientShape {
  readonly type: string;
  /** Of a structure. */
  readonly members?: Readonly<Record<string, ClientMember>>;
  /** Of a structure: the member that is the whole body. */
  readonly payload?: string;
  /** Of a list, and of a map. */
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly timestampFormat?: string;
}

export interface ClientMember {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';
  /** The name on the wire, where it is another. */
  readonly locationName?: string;
}
