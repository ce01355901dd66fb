/** For tests of guards: what may lie behind one. */
import { type MethodInWords, mock200 } from '../plan-fixture.ts';
import { guardUri } from './authorizer-fixture.ts';

const responses = { integrationResponses: { '200': { statusCode: '200' } } };
const backendUri = guardUri.replace(':guard/', ':backend/');
/** A method of each kind of integration, none guarded yet; all but MOCK call somebody. */
export const kinds: Readonly<Record<string, MethodInWords>> = {
  MOCK: mock200,
  HTTP_PROXY: { integration: { type: 'HTTP_PROXY', httpMethod: 'GET', uri: 'http://backend/' } },
  HTTP: {
    methodResponses: { '200': { statusCode: '200' } },
    integration: { type: 'HTTP', httpMethod: 'GET', uri: 'http://backend/', ...responses },
  },
  AWS_PROXY: { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri: backendUri } },
  AWS: {
    methodResponses: { '200': { statusCode: '200' } },
    integration: { type: 'AWS', httpMethod: 'POST', uri: backendUri, ...responses },
  },
};
