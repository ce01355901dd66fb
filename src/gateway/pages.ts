/** Pages of companions on the gateway's port: requests that are neither an API's nor an AWS call. The gateway knows nothing of what they are about. */
import type { HttpReply, HttpRequest } from '../base/http.ts';
import type { AddressedRequest } from './addresses.ts';
import type { DomainTls } from './domains/domain-tls.ts';

export interface Pages {
  /** Asked for what looks like an AWS call, so it should be cheap. */
  owns(request: AddressedRequest): boolean;
  /** Pages of other sites may lead here; what must not be done for them the pages refuse themselves. */
  answer(request: HttpRequest): HttpReply | Promise<HttpReply>;
}

/** Whole sites of companions, by names and paths of their own: whatever is asked under such a name is theirs. */
export interface Sites extends Pages {
  /** Set while names are being read; requests wait for it. */
  readonly loading: Promise<void> | undefined;
  /** TLS under its names, beside that under others. */
  withTls(others: DomainTls): DomainTls;
}
