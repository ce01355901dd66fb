/** Integration: PutIntegration, GetIntegration, UpdateIntegration, DeleteIntegration. */
import type { Integration } from '../../definition/rest-api.ts';
import { methods, restApis } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations, PutIntegrationRequest } from '../../wire/generated/apigateway.ts';
import { answerIntegration } from './answers.ts';
import { findMethod, integrationOf, methodKey } from './find.ts';
import { integrationPatches } from './integration-patches.ts';
import { checkIntegration } from './integration-rules.ts';
import { awsRestLimits, type RestLimits } from './limits.ts';
import { applyPatch, without } from './patch.ts';
import type { RestPorts } from './ports.ts';
import { storedTemplates } from './templates.ts';
import { checkLinkExists } from './vpc-link-use.ts';

const defaultTimeoutMs = 29_000;

export function integrationHandlers({ store, limits }: RestPorts): Handlers<Operations> {
  /** Only regional and private APIs may be allowed more than 29 s (row NEW-03): what lies before the others does not wait longer. */
  async function limitsOf(tx: ReadTransaction, restApiId: string): Promise<RestLimits> {
    const api = await tx.get(restApis, [restApiId]);
    if (!api?.endpointConfiguration.types.includes('EDGE')) return limits;
    return { ...limits, maximumTimeoutMs: Math.min(limits.maximumTimeoutMs, awsRestLimits.maximumTimeoutMs) };
  }

  return {
    // Replaces what was there wholesale, its responses included (row V1-19).
    PutIntegration: (input, call) =>
      store.write(async (tx) => {
        const method = await findMethod(tx, call, input);
        const integration = newIntegration(input);
        checkIntegration(integration, method, await limitsOf(tx, input.restApiId));
        await checkLinkExists(tx, call, integration);
        tx.put(methods, methodKey(input), { ...method, integration });
        return answerIntegration(integration);
      }),

    GetIntegration: (input, call) =>
      store.read(async (tx) => answerIntegration(integrationOf(await findMethod(tx, call, input)))),

    UpdateIntegration: (input, call) =>
      store.write(async (tx) => {
        const method = await findMethod(tx, call, input);
        const patched = applyPatch(integrationPatches, integrationOf(method), input.patchOperations);
        const integration = patched.type === 'MOCK' ? without(patched, 'httpMethod') : patched;
        checkIntegration(integration, method, await limitsOf(tx, input.restApiId));
        await checkLinkExists(tx, call, integration);
        tx.put(methods, methodKey(input), { ...method, integration });
        return answerIntegration(integration);
      }),

    DeleteIntegration: (input, call) =>
      store.write(async (tx) => {
        const method = await findMethod(tx, call, input);
        integrationOf(method);
        tx.put(methods, methodKey(input), without(method, 'integration'));
      }),
  };
}

/** With AWS's defaults: what PutIntegration leaves out, GetIntegration shows (row V1-18, recorded T10). */
function newIntegration(input: PutIntegrationRequest): Integration {
  const { type, uri, connectionId, contentHandling, requestParameters, tlsConfig, integrationTarget } = input;
  const overHttp = type === 'HTTP' || type === 'HTTP_PROXY';
  return {
    type,
    // MOCK calls nothing, so it has no verb even when one was sent (recorded).
    ...(type !== 'MOCK' && input.integrationHttpMethod && { httpMethod: input.integrationHttpMethod }),
    ...(uri && { uri }),
    ...((overHttp || input.connectionType === 'VPC_LINK') && { connectionType: input.connectionType ?? 'INTERNET' }),
    ...(connectionId && { connectionId }),
    ...(input.credentials && { credentials: input.credentials }),
    ...(requestParameters && Object.keys(requestParameters).length > 0 && { requestParameters }),
    ...storedTemplates('requestTemplates', input.requestTemplates),
    passthroughBehavior: input.passthroughBehavior || 'WHEN_NO_MATCH',
    ...(contentHandling && { contentHandling }),
    timeoutInMillis: input.timeoutInMillis ?? defaultTimeoutMs,
    cacheNamespace: input.cacheNamespace || input.resourceId,
    cacheKeyParameters: input.cacheKeyParameters ?? [],
    ...(tlsConfig && { tlsConfig }),
    responseTransferMode: input.responseTransferMode ?? 'BUFFERED',
    ...(integrationTarget && { integrationTarget }),
  };
}
