/** AWS with a Lambda invocation path: the custom integration. The body is the function's input, its result the body (rows INT-07, INT-28). */
import { newHex } from '../../base/ids.ts';
import { javaJsonComplaint } from '../../base/java-json-complaint.ts';
import { Problem } from '../../base/problem.ts';
import { contentOf } from '../content-handling.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { mayMapRequestHeader } from '../header-rules.ts';
import { compileIntegrationResponses } from '../integration-responses.ts';
import { functionFailure, refuseTooLargeEvent } from '../lambda-failure.ts';
import { compileLambdaTarget } from '../lambda-target.ts';
import { type MethodScope, notBuiltYet } from '../method-scope.ts';
import { overrideValues } from '../overrides.ts';
import { type BackendAnswer, compileRequestMappings, type MappingSource, mappingSource } from '../parameter-mapping.ts';
import type { Integration } from '../plan.ts';
import { compileRequestTemplates } from '../request-body.ts';
import { functionTrace } from '../trace.ts';
import { unparsedBody } from '../unparsed-body.ts';

/** Of every answer of Lambda: what it sends is JSON. */
const answerHeaders = ['Content-Type', 'application/json'];

/** Of the version or alias that is invoked. */
const qualifier = 'Qualifier';

/** Compiles an AWS integration that invokes a function; prints as `lambda arn:aws:lambda:…:function:name`. */
export function compileLambda(scope: MethodScope): Integration | undefined {
  const target = compileLambdaTarget(scope);
  const { templateFor, payloadFor } = compileRequestTemplates(scope);
  const responses = compileIntegrationResponses(scope);
  const mappings = compileRequestMappings(scope);
  // Lambda's Invoke has one query parameter; it ignores all others, which templates read from the request all the same.
  if (mappings.querystring.some(({ name }) => name === qualifier)) {
    scope.complain(notBuiltYet(`mapping the query parameter ${qualifier} of a Lambda invocation`));
  }
  const placeholder = mappings.path.find(({ name }) => scope.integration.uri?.includes(`{${name}}`));
  if (placeholder !== undefined) {
    scope.complain(notBuiltYet(`mapping the path parameter ${placeholder.name} of a Lambda invocation's URI`));
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
      const source = mappingSource(x, undefined);
      const payload = payloadOf(source);
      assertJson(payload, scope.label);
      const wanted = invocationTypeOf(source);
      const trace = functionTrace(x, lineage);
      const result = await target
        .invoke(x, payload, wanted === 'Event' ? 'Event' : 'RequestResponse', trace)
        .catch((error: unknown) => refusedCall(scope.label, error));
      const answer: BackendAnswer = {
        status: result.status,
        headers: answerHeaders,
        body: result.payload,
        traceHeader: trace,
      };
      const response =
        result.functionError === undefined ? responses.standard() : responses.matching(functionFailure(result).message);
      return response.reply(x, answer, source.overrides);
    },
  };

  /** Recorded: no template and no body sends `{}`. */
  function payloadOf(source: MappingSource): string | Buffer {
    const template = templateFor(source.x);
    const payload = payloadFor(source.x, template);
    source.body = payload.body;
    if (template !== undefined) return template.constant ?? template.render(source);
    return source.body.length === 0 ? '{}' : contentOf(payload);
  }

  /** What the template has overridden beats the mapping. Names of a path that has no placeholders change nothing. */
  function invocationTypeOf(source: MappingSource): string | readonly string[] | undefined {
    const overridden = source.overrides?.request;
    if (overridden === undefined) return invocationType?.read(source);
    const forbidden = [...overridden.header.values()].find(({ name }) => !mayMapRequestHeader(name, 'AWS'));
    if (forbidden !== undefined) refuse(`the header ${forbidden.name} cannot be overridden`);
    if (overridden.querystring.has(qualifier)) {
      refuse(notBuiltYet(`overriding the query parameter ${qualifier} of a Lambda invocation`));
    }
    const wanted = overridden.header.get('x-amz-invocation-type');
    return wanted === undefined ? invocationType?.read(source) : overrideValues(wanted)[0];
  }

  function refuse(why: string): never {
    throw gatewayProblem('API_CONFIGURATION_ERROR', `${scope.label}: ${why}`);
  }
}

/** A function's input is JSON: else 400 before it is called. */
function assertJson(payload: string | Buffer, label: string): void {
  const text = typeof payload === 'string' ? payload : payload.toString();
  try {
    JSON.parse(text);
  } catch {
    const detail = `Could not parse payload into json: ${javaJsonComplaint(text)}`;
    throw unparsedBody(`${label}: ${detail}`, detail);
  }
}

/** Lambda itself refused the call: no function, no concurrency left. */
function refusedCall(label: string, error: unknown): never {
  refuseTooLargeEvent(label, error);
  if (!(error instanceof Problem) || !/Exception$/.test(error.kind)) throw error;
  throw gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${error.kind}: ${error.why}`);
}
