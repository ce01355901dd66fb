/** An HTTP API: a function behind a route, payload format 2.0, CORS by configuration. */
import { CreateApiCommand, DeleteApiCommand, GetRoutesCommand } from '@aws-sdk/client-apigatewayv2';
import type { Tour } from './context.ts';
import { call, expect, expectAnswer } from './expect.ts';
import { lambdaFunction } from './function.ts';

export async function httpApi(tour: Tour): Promise<string> {
  const { apigatewayv2 } = tour;
  const source = `export const handler = async ({ version, pathParameters, routeKey }) =>
    ({ version, routeKey, id: pathParameters?.id });`;
  const Target = await lambdaFunction(tour, 'routed', source);
  // Quick create: API, integration, route, stage and deployment in one call.
  const { ApiId } = await apigatewayv2.send(
    new CreateApiCommand({
      Name: `tour-${tour.run}`,
      ProtocolType: 'HTTP',
      RouteKey: 'GET /pets/{id}',
      Target,
      CorsConfiguration: { AllowOrigins: ['https://www.example.com'], AllowMethods: ['GET'] },
    }),
  );
  tour.afterwards(() => apigatewayv2.send(new DeleteApiCommand({ ApiId })));
  const { Items = [] } = await apigatewayv2.send(new GetRoutesCommand({ ApiId }));
  expect(Items.length === 1, `Quick create made ${Items.length} routes`);
  const url = `${tour.endpoint}/_aws/execute-api/${ApiId}/pets/7`;
  const event = JSON.stringify({ version: '2.0', routeKey: 'GET /pets/{id}', id: '7' });
  const origin = { Origin: 'https://www.example.com' };
  const answer = await call(url, { headers: origin });
  expectAnswer('The route', answer, 200, event);
  const allowed = answer.headers.get('access-control-allow-origin');
  expect(allowed === origin.Origin, `The answer allowed the origin ${allowed}`);
  const preflight = await call(url, {
    method: 'OPTIONS',
    headers: { ...origin, 'Access-Control-Request-Method': 'GET' },
  });
  expectAnswer('The preflight', preflight, 204);
  expectAnswer('A path without a route', await call(`${url}/more`), 404, '{"message":"Not Found"}');
  return 'one call made API, route and stage; the function got format 2.0, the preflight was answered for it';
}
