/** An integration of a route before its parameter mapping is put around it. */
import type { Exchange, Reply } from '../exchange.ts';

/** What a mapping says in place of what the integration would send by itself. */
export interface Overwritten {
  /** Percent-encoded. */
  readonly path: string | undefined;
  /** `Host`, which otherwise is the backend's. */
  readonly host: string | undefined;
}

export const nothingOverwritten: Overwritten = { path: undefined, host: undefined };

export interface RouteIntegration {
  readonly name: string;
  run(x: Exchange, overwritten: Overwritten): Reply | Promise<Reply>;
}
