import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Problem } from '../base/problem.ts';
import {
  defaultGatewayResponses,
  type GatewayResponseType,
  gatewayProblem,
  gatewayReply,
  gatewayResponseTypes,
} from './gateway-responses.ts';
import { exchange, sentHeader } from './plan-fixture.ts';

const replyTo = (error: unknown) => gatewayReply(defaultGatewayResponses, error, exchange(), undefined);

const table: [GatewayResponseType, number, string][] = [
  ['ACCESS_DENIED', 403, 'AccessDeniedException'],
  ['API_CONFIGURATION_ERROR', 500, 'InternalServerErrorException'],
  ['AUTHORIZER_CONFIGURATION_ERROR', 500, 'AuthorizerConfigurationException'],
  ['AUTHORIZER_FAILURE', 500, 'AuthorizerConfigurationException'],
  ['BAD_REQUEST_PARAMETERS', 400, 'BadRequestException'],
  ['BAD_REQUEST_BODY', 400, 'BadRequestException'],
  ['EXPIRED_TOKEN', 403, 'ExpiredTokenException'],
  ['INTEGRATION_FAILURE', 504, 'InternalServerErrorException'],
  ['INTEGRATION_TIMEOUT', 504, 'InternalServerErrorException'],
  ['INVALID_API_KEY', 403, 'ForbiddenException'],
  ['INVALID_SIGNATURE', 403, 'InvalidSignatureException'],
  ['MISSING_AUTHENTICATION_TOKEN', 403, 'MissingAuthenticationTokenException'],
  ['QUOTA_EXCEEDED', 429, 'LimitExceededException'],
  ['REQUEST_TOO_LARGE', 413, 'RequestTooLargeException'],
  ['RESOURCE_NOT_FOUND', 404, 'NotFoundException'],
  ['THROTTLED', 429, 'TooManyRequestsException'],
  ['UNAUTHORIZED', 401, 'UnauthorizedException'],
  ['UNSUPPORTED_MEDIA_TYPE', 415, 'BadRequestException'],
  ['WAF_FILTERED', 403, 'ForbiddenException'],
];

test('[GWR-01] there are 21 types, the two defaults among them', () => {
  assert.equal(gatewayResponseTypes.length, 21);
  assert.deepEqual(gatewayResponseTypes, [...table.map(([type]) => type), 'DEFAULT_4XX', 'DEFAULT_5XX'].sort());
});

for (const [type, status, errorType] of table) {
  test(`[GWR-01] [GWR-08] ${type} is ${status} with ${errorType}`, () => {
    const reply = replyTo(gatewayProblem(type, 'because'));
    assert.equal(reply.status, status);
    assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), errorType);
    assert.equal(reply.problem?.why, 'because');
  });
}

test('bodies as recorded: space in integration errors, capital Message in refusals, null from a broken authorizer', () => {
  const bodyOf = (type: GatewayResponseType) => replyTo(gatewayProblem(type, '')).body;
  assert.equal(bodyOf('API_CONFIGURATION_ERROR'), '{"message": "Internal server error"}');
  assert.equal(bodyOf('INTEGRATION_FAILURE'), '{"message": "Network error communicating with endpoint"}');
  assert.equal(bodyOf('INTEGRATION_TIMEOUT'), '{"message": "Endpoint request timed out"}');
  assert.equal(bodyOf('UNAUTHORIZED'), '{"message":"Unauthorized"}');
  assert.equal(bodyOf('AUTHORIZER_FAILURE'), '{"message":null}');
  const denied = gatewayProblem('ACCESS_DENIED', '', { message: 'User is "not" authorized' });
  assert.equal(replyTo(denied).body, '{"Message":"User is \\"not\\" authorized"}');
});

test('what went wrong behind the gateway is not told to the caller', () => {
  const secret = new Problem('INTEGRATION_FAILURE', 'connect ECONNREFUSED 10.0.0.3:5432');
  assert.equal(replyTo(secret).body, '{"message": "Network error communicating with endpoint"}');
});

test('a problem of another vocabulary, and anything thrown, is 500 with the reason in the log', () => {
  const foreign = replyTo(new Problem('ResourceNotFoundException', 'Function not found: f'));
  assert.equal(foreign.status, 500);
  assert.equal(foreign.problem?.why, 'unexpected ResourceNotFoundException: Function not found: f');
  assert.equal(replyTo('text').problem?.why, 'thrown: text');
  assert.equal(replyTo(new Problem('constructor', 'x')).status, 500, 'no type by inheritance');
});
