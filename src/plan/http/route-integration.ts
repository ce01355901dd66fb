/** An integration of a route before its parameter mapping is put around it. */
import type { Exchange, Reply } from '../exchange.ts';

export interface RouteIntegration {
  readonly name: string;
  /** `path` is what `overwrite:path` says instead of the integration's own, percent-encoded; undefined without such a mapping. */
  run(x: Exchange, path: string | undefined): Reply | Promise<Reply>;
}
