/**
 * `node bench/http-apis.ts`: what HTTP APIs cost on sockets, in pairs measured in turns, so that a machine that slows down slows both of a pair: HTTP_PROXY
 * against a REST API's, a JWT route whose token is known against the same route open, an API of 300 routes against one of 3.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testIssuer } from '../src/plan/authorizers/token-fixture.ts';
import { createAwsClient } from '../test/support/aws-over-http.ts';
import { startGatewright } from '../test/support/gatewright-process.ts';
import { skipWithout } from '../test/support/programs.ts';
import { clientCore, load, serverCore, startNginx } from './programs-under-load.ts';

const missing = skipWithout('nginx', 'wrk', 'taskset');
if (missing !== false) {
  console.log(`bench skipped: ${missing}`);
  process.exit(0);
}

const rounds = 5;
const seconds = 2;
const directory = mkdtempSync(join(tmpdir(), 'gatewright-bench-'));
const config = join(directory, 'settings.json');
writeFileSync(config, JSON.stringify({ accountThrottle: { ratePerSecond: 1e9, burst: 1e9 } }));

/** The keys are made before the address of the issuer is known; the token is signed when it is. */
const signer = await testIssuer('');
const backend = await startNginx(
  directory,
  `location / { return 200 '{"message":"hello from the backend"}'; }
   location = /jwks { return 200 '${JSON.stringify({ keys: signer.keys })}'; }
   location = /.well-known/openid-configuration {
     return 200 '{"issuer":"http://$host:$server_port","jwks_uri":"http://$host:$server_port/jwks"}';
   }`,
  clientCore,
);
const gateway = await startGatewright(['--memory', '--config', config], serverCore);
const aws = createAwsClient(gateway.endpoint);

/** An HTTP API whose routes all lead to the backend; resolves to its address. */
async function httpApi(routeKeys: readonly string[]): Promise<{ apiId: string; url: string; target: string }> {
  const { apiId } = await aws('POST', '/v2/apis', { name: 'bench', protocolType: 'HTTP' });
  const { integrationId } = await aws('POST', `/v2/apis/${apiId}/integrations`, {
    ...{ integrationType: 'HTTP_PROXY', integrationMethod: 'GET', integrationUri: `${backend.endpoint}/` },
    payloadFormatVersion: '1.0',
  });
  const target = `integrations/${integrationId}`;
  for (const routeKey of routeKeys) await aws('POST', `/v2/apis/${apiId}/routes`, { routeKey, target });
  await aws('POST', `/v2/apis/${apiId}/stages`, { stageName: '$default', autoDeploy: true });
  return { apiId: String(apiId), url: `${gateway.endpoint}/_aws/execute-api/${apiId}`, target };
}

async function restApi(): Promise<string> {
  const api = await aws('POST', '/restapis', { name: 'bench' });
  const resources = `/restapis/${api['id']}/resources`;
  const { id } = await aws('POST', `${resources}/${api['rootResourceId']}`, { pathPart: 'open' });
  await aws('PUT', `${resources}/${id}/methods/GET`, { authorizationType: 'NONE' });
  const integration = { type: 'HTTP_PROXY', httpMethod: 'GET', uri: `${backend.endpoint}/` };
  await aws('PUT', `${resources}/${id}/methods/GET/integration`, integration);
  await aws('POST', `/restapis/${api['id']}/deployments`, { stageName: 'bench' });
  return `${gateway.endpoint}/_aws/execute-api/${api['id']}/bench/open`;
}

/** Runs two loads in turns and prints both medians and the median of the ratios of neighbours. */
function compare(first: string, firstUrl: string, second: string, secondUrl: string, script?: string): void {
  const options = { seconds, core: clientCore, ...(script !== undefined && { script }) };
  for (const url of [firstUrl, secondUrl]) load(url, { ...options, seconds: 1 });
  const pairs = Array.from({ length: rounds }, () => [load(firstUrl, options), load(secondUrl, options)] as const);
  const errors = pairs.flat().reduce((sum, { errors: n }) => sum + n, 0);
  const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;
  const rates = [0, 1].map((i) => Math.round(median(pairs.map((pair) => pair[i]!.perSecond))).toLocaleString('en'));
  const ratios = pairs.map(([a, b]) => a.perSecond / b.perSecond);
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  console.log(
    `| ${first} : ${second} | ${rates[0]} : ${rates[1]} | ${median(ratios).toFixed(2)} | ${range}${errors === 0 ? '' : `, ${errors} errors`} |`,
  );
}

try {
  const { apiId, url, target } = await httpApi(['GET /open', 'GET /open/{id}', 'GET /rest/{proxy+}']);
  const authorizer = await aws('POST', `/v2/apis/${apiId}/authorizers`, {
    ...{ name: 'jwt', authorizerType: 'JWT', identitySource: ['$request.header.Authorization'] },
    jwtConfiguration: { issuer: backend.endpoint, audience: ['bench'] },
  });
  const guarded = { authorizationType: 'JWT', authorizerId: authorizer['authorizerId'] };
  await aws('POST', `/v2/apis/${apiId}/routes`, { routeKey: 'GET /guarded', target, ...guarded });
  const now = Math.floor(Date.now() / 1000);
  const token = await signer.sign({ iss: backend.endpoint, aud: 'bench', sub: 'ann', iat: now - 1, exp: now + 3600 });
  const script = join(directory, 'token.lua');
  writeFileSync(script, `wrk.headers["Authorization"] = "Bearer ${token}"`);
  const keys = Array.from({ length: 100 }, (_, i) => [`GET /s${i}`, `GET /v${i}/{id}`, `GET /g${i}/{proxy+}`]).flat();
  const large = await httpApi(keys);

  console.log('| pair | requests/s | ratio | ratios seen |\n|---|---|---|---|');
  compare('HTTP API HTTP_PROXY', `${url}/open`, 'REST HTTP_PROXY', await restApi());
  compare('JWT route, token known', `${url}/guarded`, 'open route', `${url}/open`, script);
  compare('static route of 300', `${large.url}/s50`, 'of 3', `${url}/open`);
  compare('`{variable}` route of 300', `${large.url}/v50/7`, 'of 3', `${url}/open/7`);
  compare('greedy route of 300', `${large.url}/g50/a/b`, 'of 3', `${url}/rest/a/b`);
} finally {
  await gateway.stop();
  await backend.stop();
  rmSync(directory, { recursive: true, force: true });
}
