/** TestInvokeAuthorizer: tries an authorizer of the API as it stands, undeployed (row V1-24). What it does is real. */
import type { HeaderList } from '../../base/headers.ts';
import type { Handlers } from '../../wire/call.ts';
import type {
  Operations,
  TestInvokeAuthorizerRequest,
  TestInvokeAuthorizerResponse,
} from '../../wire/generated/apigateway.ts';
import { findApi, findAuthorizer } from './find.ts';
import type { RestPorts } from './ports.ts';

export function testInvokeAuthorizerHandlers({ store, testAuthorizer }: RestPorts): Handlers<Operations> {
  return {
    async TestInvokeAuthorizer(input, call) {
      const { restApiId, authorizerId, pathWithQueryString = '', body = '', stageVariables = {} } = input;
      const { api, authorizer } = await store.read(async (tx) => ({
        authorizer: await findAuthorizer(tx, call, restApiId, authorizerId),
        api: await findApi(tx, call, restApiId),
      }));
      const headers = headersOf(input);
      const { latencyMs, ...outcome } = await testAuthorizer({
        ...{ api, authorizer, headers, pathWithQueryString, body, stageVariables },
      });
      const answer: TestInvokeAuthorizerResponse = { ...outcome, latency: Math.round(latencyMs) };
      return answer;
    },
  };
}

/** Both maps as one list; a name in both has the values of `multiValueHeaders`. */
function headersOf({ headers = {}, multiValueHeaders = {} }: TestInvokeAuthorizerRequest): HeaderList {
  const several = new Set(Object.keys(multiValueHeaders).map((name) => name.toLowerCase()));
  const list: HeaderList = [];
  for (const [name, value] of Object.entries(headers)) if (!several.has(name.toLowerCase())) list.push(name, value);
  for (const [name, values] of Object.entries(multiValueHeaders)) for (const value of values) list.push(name, value);
  return list;
}
