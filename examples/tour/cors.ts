/** CORS of a REST API: a preflight by a mock, and errors that a page may read. */
import type { Tour } from './context.ts';
import { call, expect, expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

const allow = 'Access-Control-Allow';

export async function cors(tour: Tour): Promise<string> {
  const headers = {
    Origin: "'https://www.example.com'",
    Methods: "'GET,OPTIONS'",
    Headers: "'Content-Type,X-Api-Key'",
  };
  const named = Object.entries(headers).map(([name, value]) => [`${allow}-${name}`, value] as const);
  const preflight = {
    responses: {
      200: {
        description: 'OK',
        headers: Object.fromEntries(named.map(([name]) => [name, { schema: { type: 'string' } }])),
      },
    },
    'x-amazon-apigateway-integration': {
      type: 'mock',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      responses: {
        default: {
          statusCode: '200',
          responseParameters: Object.fromEntries(
            named.map(([name, value]) => [`method.response.header.${name}`, value]),
          ),
        },
      },
    },
  };
  const api = await restApi(
    tour,
    { 'GET /pets': mock('pets'), 'OPTIONS /pets': preflight },
    {
      'x-amazon-apigateway-gateway-responses': {
        DEFAULT_4XX: { responseParameters: { [`gatewayresponse.header.${allow}-Origin`]: headers.Origin } },
      },
    },
  );
  await api.deploy();
  const origin = { Origin: 'https://www.example.com' };
  const answer = await call(api.url('/pets'), {
    method: 'OPTIONS',
    headers: { ...origin, 'Access-Control-Request-Method': 'GET' },
  });
  expectAnswer('The preflight', answer, 200);
  for (const [name, value] of named) {
    const given = answer.headers.get(name);
    expect(`'${given}'` === value, `The preflight's ${name} was ${given}`);
  }
  const refused = await call(api.url('/nowhere'), { headers: origin });
  const readable = refused.headers.get(`${allow}-Origin`);
  expect(readable === origin.Origin, `A refusal allowed the origin ${readable}`);
  return 'a preflight names the allowed origin, methods and headers, and a page may read a refusal';
}
