/** Which service a request is for, and in which of its protocols. Whoever judges a call before it is made has to judge it by this. */
import { headerValue } from '../base/headers.ts';
import { Problem } from '../base/problem.ts';
import { claimedScope } from '../base/sigv4-verify.ts';
import type { WireProtocol, WireRequest } from './protocol.ts';
import type { Service } from './service.ts';

/** By the credential scope's service, then by Host, then by the look of the request. Services that share a signing name differ by path. */
export function addressedService(services: readonly Service[], incoming: WireRequest): Service | Problem {
  const { request } = incoming;
  const recognising = (some: readonly Service[]): Service | undefined =>
    some.find(({ protocols }) => protocols.some((protocol) => protocol.recognises(incoming)));

  const scope = claimedScope(request);
  if (scope !== undefined) {
    const named = services.filter(({ model }) => model.signingName === scope.service);
    if (named.length === 0) {
      return new Problem('NotImplementedException', `Gatewright has no service that is signed as '${scope.service}'.`);
    }
    return recognising(named) ?? named[0]!;
  }

  const labels = (headerValue(request.headers, 'host') ?? '').toLowerCase().split('.');
  // `lambda.us-east-1.amazonaws.com`, `{api}.execute-api.us-east-1.…`
  const hosted = services.filter(({ model }) => labels.slice(0, 2).includes(model.endpointPrefix));
  return recognising(hosted) ?? hosted[0] ?? recognising(services) ?? services[0]!;
}

export function protocolOf({ protocols }: Service, incoming: WireRequest): WireProtocol {
  return protocols.find((protocol) => protocol.recognises(incoming)) ?? protocols.at(-1)!;
}
