/** The event of a REQUEST authorizer of REST APIs (row LA-02, recorded). */
import type { Exchange } from '../exchange.ts';
import {
  clientPath,
  compileRequestContext,
  eventHeaders,
  eventPath,
  multiValues,
  queryInOrder,
  type RequestContextScope,
  singleValues,
} from '../lambda-event.ts';

/** Unlike the event of an integration it has no body, and maps that are empty are `{}`, not null. */
export function compileRequestEvent(scope: RequestContextScope): (x: Exchange, methodArn: string) => string {
  const json = JSON.stringify;
  const resource = `,"resource":${json(scope.resourcePath)},"path":`;
  const variables = `,"stageVariables":${json(scope.stage.stageVariables ?? {})},"requestContext":`;
  const writeContext = compileRequestContext(scope);

  return function writeRequestEvent(x, methodArn) {
    const headers = eventHeaders(x);
    const query = queryInOrder(x.request.query);
    return (
      `{"type":"REQUEST","methodArn":${json(methodArn)}${resource}${json(eventPath(clientPath(x)))},"httpMethod":${json(x.method)}` +
      `,"headers":${singleValues(headers)},"multiValueHeaders":${multiValues(headers)}` +
      `,"queryStringParameters":${query.length === 0 ? '{}' : singleValues(query)}` +
      `,"multiValueQueryStringParameters":${query.length === 0 ? '{}' : multiValues(query)}` +
      `,"pathParameters":${json(x.pathParameters ?? {})}${variables}${writeContext(x)}}`
    );
  };
}
