/** A product with one of each integration that needs no process, for fuzzers at the socket. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAwsClient } from '../../src/app/aws-client.ts';
import { compose } from '../../src/app/compose/compose.ts';
import { defaultSettings } from '../../src/app/settings.ts';
import { silentLog } from '../../src/ports/telemetry.ts';
import type { SocketTarget } from './socket-fuzz.ts';

export interface FuzzTarget extends SocketTarget {
  close(): Promise<void>;
}

/** `onFault` hears what the gateway logs as its own mistake. */
export async function startFuzzTarget(onFault: (line: string) => void): Promise<FuzzTarget> {
  const backend: Server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end('{"from":"backend"}'));
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const backendPort = (backend.address() as AddressInfo).port;

  const settings = { ...defaultSettings, dataDirectory: undefined, port: 0, drainMs: 0, accountThrottle: null };
  const error = (message: string, fields?: Record<string, unknown>): void => {
    if (fields?.['kind'] === 'GATEWAY_FAULT' || fields?.['error'] !== undefined)
      onFault(`${message} ${JSON.stringify(fields)}`);
  };
  const composed = await compose(settings, { ...silentLog, error }, 'fuzz');
  const aws = createAwsClient(composed.services);
  const api = await aws('POST', '/restapis', { name: 'fuzzed', binaryMediaTypes: ['image/png'] });
  const root = `/restapis/${api['id']}/resources/${api['rootResourceId']}`;

  async function addMethod(
    pathPart: string,
    verb: string,
    integration: object,
    requestParameters: object,
  ): Promise<void> {
    const resource = await aws('POST', root, { pathPart });
    const method = `/restapis/${api['id']}/resources/${resource['id']}/methods/${verb}`;
    await aws('PUT', method, { authorizationType: 'NONE', requestParameters });
    await aws('PUT', `${method}/integration`, integration);
    await aws('PUT', `${method}/responses/200`, {});
    await aws('PUT', `${method}/integration/responses/200`, {});
  }
  const query = { 'method.request.querystring.a': false, 'method.request.header.b': false };
  await addMethod('mock', 'ANY', { type: 'MOCK', requestTemplates: { 'application/json': '{"statusCode": 200}' } }, {});
  const mapped = {
    'integration.request.header.X-Query': 'method.request.querystring.a',
    'integration.request.querystring.b': 'method.request.header.b',
    'integration.request.header.X-Body': 'method.request.body.a.b',
  };
  await addMethod(
    'http',
    'ANY',
    { type: 'HTTP', httpMethod: 'POST', uri: `http://127.0.0.1:${backendPort}/h`, requestParameters: mapped },
    query,
  );
  await addMethod(
    '{proxy+}',
    'ANY',
    {
      type: 'HTTP_PROXY',
      httpMethod: 'ANY',
      uri: `http://127.0.0.1:${backendPort}/p/{proxy}`,
      requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
    },
    { 'method.request.path.proxy': true },
  );
  await aws('POST', `/restapis/${api['id']}/deployments`, { stageName: 'prod' });

  const stage = `/_aws/execute-api/${api['id']}/prod`;
  const head = (line: string, more = ''): string =>
    `${line} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: x\r\n${more}\r\n`;
  return {
    port: composed.port,
    requests: [
      head(`GET ${stage}/mock`),
      head('GET /prod/mock').replace('localhost', `${api['id']}.execute-api.localhost:4566`),
      `${head(`POST ${stage}/http?a=1&a=2`, 'B: x\r\nContent-Type: application/json\r\nContent-Length: 15\r\n')}{"a":{"b":"c"}}`,
      `${head(`PUT ${stage}/some/where?x=%20y`, 'Transfer-Encoding: chunked\r\n')}5\r\nabcde\r\n0\r\n\r\n`,
      head(`HEAD ${stage}/else`),
      head('GET /restapis', 'Accept: application/json\r\n'),
      `${head('POST /restapis', 'Content-Length: 12\r\n')}{"name":"x"}`,
      head('GET /_/health'),
      head('GET /_/plans'),
      head('POST /_/nothing', 'Content-Length: 0\r\n'),
    ],
    async close() {
      await composed.close();
      await new Promise((resolve) => backend.close(resolve));
    },
  };
}
