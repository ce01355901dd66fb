/** AWS with a Lambda invocation path: the custom integration. The body is the function's input, its result the body (rows INT-07, INT-28). */
import { newHex } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import { compileBinaryTypes } from '../binary-types.ts';
import type { Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { mayMapRequestHeader } from '../header-rules.ts';
import { compileIntegrationResponses } from '../integration-responses.ts';
import { functionFailure, refuseTooLargeEvent } from '../lambda-failure.ts';
import { compileLambdaTarget } from '../lambda-target.ts';
import { type MethodScope, notBuiltYet } from '../method-scope.ts';
import { type BackendAnswer, compileRequestMappings, mappingSource } from '../parameter-mapping.ts';
import type { Integration } from '../plan.ts';
import { compileRequestTemplates } from '../request-body.ts';
import { functionTrace } from '../trace.ts';

/** Compiles an AWS integration that invokes a function; prints as `lambda arn:aws:lambda:…:function:name`. */
export function compileLambda(scope: MethodScope): Integration | undefined {
  const target = compileLambdaTarget(scope);
  const templateFor = compileRequestTemplates(scope);
  const responses = compileIntegrationResponses(scope);
  const mappings = compileRequestMappings(scope);
  const isBinarySent = compileBinaryTypes(scope.api.binaryMediaTypes).isSent;
  if (mappings.path.length > 0 || mappings.querystring.length > 0) {
    scope.complain(notBuiltYet('mapping path or query parameters of a Lambda invocation'));
  }
  const unmappable = mappings.header.find(({ name }) => !mayMapRequestHeader(name, 'AWS'));
  const invocationType = mappings.header.find(({ name }) => name.toLowerCase() === 'x-amz-invocation-type');
  if (target === undefined) return undefined;
  const lineage = newHex(8);

  return {
    name: `lambda ${target.functionArn}`,
    run: async function callFunction(x) {
      if (unmappable !== undefined) {
        throw gatewayProblem(
          'API_CONFIGURATION_ERROR',
          `${scope.label}: the header ${unmappable.name} cannot be mapped`,
        );
      }
      const payload = payloadOf(x);
      assertJson(payload, scope.label);
      const wanted = invocationType?.read(mappingSource(x, undefined));
      const trace = functionTrace(x, lineage);
      const result = await target
        .invoke(x, payload, wanted === 'Event' ? 'Event' : 'RequestResponse', trace)
        .catch((error: unknown) => refusedCall(scope.label, error));
      const answer: BackendAnswer = { status: result.status, headers: [], body: result.payload, traceHeader: trace };
      const response =
        result.functionError === undefined ? responses.standard() : responses.matching(functionFailure(result).message);
      return response.reply(x, answer);
    },
  };

  /** Recorded: no template and no body sends `{}`; bytes cannot go through a template (500). */
  function payloadOf(x: Exchange): string | Buffer {
    const template = templateFor(x);
    const { body } = x.request;
    const isBinary = body.length > 0 && isBinarySent(x);
    if (template === undefined) return body.length === 0 ? '{}' : isBinary ? body : body.toString();
    if (!isBinary) return template.text;
    throw gatewayProblem('API_CONFIGURATION_ERROR', `${scope.label}: a binary body cannot go through a template`);
  }
}

/**
 * A function's input is JSON: else 400 before it is called, in the words of Lambda's own refusal, which AWS hands on to the client (seen in answers
 * users quote; the gateway response type is not known).
 */
function assertJson(payload: string | Buffer, label: string): void {
  try {
    JSON.parse(typeof payload === 'string' ? payload : payload.toString());
  } catch (error) {
    const message = `Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`;
    throw gatewayProblem('DEFAULT_4XX', `${label}: ${message}`, { message });
  }
}

/** Lambda itself refused the call: no function, no concurrency left. */
function refusedCall(label: string, error: unknown): never {
  refuseTooLargeEvent(label, error);
  if (!(error instanceof Problem) || !/Exception$/.test(error.kind)) throw error;
  throw gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${error.kind}: ${error.why}`);
}
