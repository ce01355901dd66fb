/** What portals need of each other's rooms: names that lead to portals, user pools that guard them, logos from S3. */

/** A portal with a name of its own. */
export interface PortalHost {
  /** In lower case. */
  readonly domainName: string;
  readonly portalId: string;
  readonly certificateArn: string;
}

/** The names of portals, in memory of each process. */
export interface PortalHosts {
  /** No portal has a name of its own: nobody needs to look. */
  readonly isEmpty: boolean;
  /** Set while names are being read; resolves when they are. */
  readonly loading: Promise<void> | undefined;
  /** `hostName` in lower case without port. */
  find(hostName: string): PortalHost | undefined;
  /** Told after a name was taken or given up, here or by another node. */
  changed(): void;
}

/** What a portal's app client is, as far as it can be known here. */
export interface PortalClient {
  /** One with a secret cannot be used by a portal (developer guide, "API Gateway portals"). */
  readonly hasSecret: boolean;
  readonly callbackUrls: readonly string[];
  /** It takes authorization codes with the scope `openid`. */
  readonly takesCodes: boolean;
}

export interface PortalUserPools {
  /** 'no pool' where the pool is not of this process; undefined where the pool is, and has no such client. */
  find(userPoolArn: string, appClientId: string): Promise<PortalClient | 'no pool' | undefined>;
}

/** An object of S3, or a file that stands for one. */
export interface BucketObject {
  readonly bucket: string;
  readonly key: string;
  /** Undefined is the latest. */
  readonly version: string | undefined;
  /** Who asks. */
  readonly account: string;
  readonly region: string;
}

export interface BucketObjects {
  /** The object's bytes, or why it could not be read, for the log. */
  readObject(object: BucketObject): Promise<{ readonly bytes: Buffer } | { readonly failure: string }>;
}
