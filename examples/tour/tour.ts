/**
 * The whole of API Gateway in one walk: every heading is made with the official SDK, called, checked, told in one line and removed again.
 *
 * `npm run tour` walks it against `AWS_ENDPOINT_URL`, http://localhost:4566 unless set. The first answer that is not as AWS
 * would give it ends the walk with a sentence and exit status 1.
 */
import { authorizer } from './authorizer.ts';
import { cache } from './cache.ts';
import { canary } from './canary.ts';
import { cognito } from './cognito.ts';
import { type Heading, openTour } from './context.ts';
import { cors } from './cors.ts';
import { domain } from './domain.ts';
import { endpoints } from './endpoints.ts';
import { errors } from './errors.ts';
import { httpApi } from './http-api.ts';
import { iam } from './iam.ts';
import { integrations } from './integrations.ts';
import { logs } from './logs.ts';
import { mapping } from './mapping.ts';
import { metrics } from './metrics.ts';
import { openApi } from './openapi.ts';
import { plans } from './plans.ts';
import { policy } from './policy.ts';
import { stages } from './stages.ts';
import { throttle } from './throttle.ts';
import { variables } from './variables.ts';
import { webSocket } from './websocket.ts';
import { xray } from './x-ray.ts';

/** In the order of the walk. */
export const headings: Readonly<Record<string, Heading>> = {
  integrations,
  endpoints,
  stages,
  variables,
  canary,
  mapping,
  OpenAPI: openApi,
  cache,
  plans,
  logs,
  'X-Ray': xray,
  metrics,
  throttle,
  errors,
  CORS: cors,
  IAM: iam,
  policy,
  Cognito: cognito,
  authorizer,
  'HTTP API': httpApi,
  WebSocket: webSocket,
  domain,
};

/** Walks all headings one after another and says a line for each. Rejects at the first that is not as it should be; what was made is removed then too. */
export async function walkTour(endpoint: string, say: (line: string) => void): Promise<void> {
  const tour = openTour(endpoint);
  try {
    for (const [name, heading] of Object.entries(headings)) {
      try {
        say(`${name}: ${await heading(tour)}`);
      } catch (error) {
        // What is half made may not all be removable; the first sentence is the one that helps.
        await tour.removeAll().catch(() => {});
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      }
      await tour.removeAll();
    }
  } finally {
    tour.close();
  }
}

if (import.meta.main) {
  const endpoint = process.env['AWS_ENDPOINT_URL'] ?? 'http://localhost:4566';
  try {
    await walkTour(endpoint, console.log);
  } catch (error) {
    const isAway = ((error as Error).cause as { code?: string } | undefined)?.code === 'ECONNREFUSED';
    console.error(isAway ? `Nobody answers at ${endpoint}: run "npm start" in another terminal first.` : error);
    process.exitCode = 1;
  }
}
