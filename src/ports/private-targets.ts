/**
 * Where a VPC link leads. There is no private network and no load balancer here: settings map what AWS would reach through a link to real addresses
 * (decisions/0015). REST APIs ask with the load balancer of the link or of the integration, HTTP APIs with the listener or service of the integration.
 */

/** What a request goes through, as far as settings can name it. */
export interface PrivateLink {
  readonly id: string;
  readonly name: string;
  /** ARNs of the load balancers, listeners or services behind it; the first that settings know is taken. */
  readonly targetArns: readonly string[];
}

/** A real address. */
export interface PrivateTarget {
  readonly host: string;
  readonly port: number;
  /** Undefined where the settings do not say: the scheme of the integration's URI then decides. */
  readonly isTls: boolean | undefined;
}

export interface PrivateTargets {
  /** The address for the next request; several behind one link are used in turn. Cheap. A sentence for the log when there is none: it names the setting. */
  targetFor(link: PrivateLink): PrivateTarget | string;
}
