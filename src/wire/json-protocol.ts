/** The json protocol: one path, the operation in `X-Amz-Target`, everything in one JSON body. Cognito, Logs and ACM speak it. */
import { headerValue } from '../base/headers.ts';
import { Problem } from '../base/problem.ts';
import { parseJsonBody } from './decode-values.ts';
import type { Dialect } from './dialects.ts';
import { encodeJsonMembers } from './encode-values.ts';
import { namedOperation } from './named-operation.ts';
import type { WireProtocol, WireRequest } from './protocol.ts';
import { queryErrorHeader } from './query-protocol.ts';
import type { ServiceModel } from './service-model.ts';

export function jsonProtocol(model: ServiceModel, dialect: Dialect): WireProtocol {
  const contentType = `application/x-amz-json-${model.jsonVersion}`;

  /** `CreateUserPool` of `X-Amz-Target: AWSCognitoIdentityProviderService.CreateUserPool`. */
  function targetOf({ request }: WireRequest): string | undefined {
    const target = headerValue(request.headers, 'x-amz-target');
    const prefix = `${model.targetPrefix}.`;
    return target?.startsWith(prefix) ? target.slice(prefix.length) : undefined;
  }

  return {
    recognises: (incoming) => targetOf(incoming) !== undefined,

    match: (incoming) => namedOperation(model, dialect, incoming, targetOf(incoming), parseJsonBody),

    unknown: () => new Problem('UnknownOperationException', ''),

    encode: (operation, output) => ({
      status: 200,
      headers: ['Content-Type', contentType],
      body:
        operation.output === undefined
          ? ''
          : JSON.stringify(encodeJsonMembers((output ?? {}) as Record<string, unknown>, operation.output, dialect)),
    }),

    encodeError: (answer) => ({
      // This protocol has two statuses only, whatever the model says: the kind is in the body.
      status: answer.isFault || answer.status >= 500 ? answer.status : 400,
      headers: ['Content-Type', contentType, ...(model.wasQuery ? queryErrorHeader(answer) : []), ...answer.headers],
      body: JSON.stringify({ __type: model.wasQuery ? answer.exceptionName : answer.code, ...answer.members }),
    }),
  };
}
