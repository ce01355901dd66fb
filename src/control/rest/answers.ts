/** Our records as AWS answers them. Members that were never set are left out, as AWS does. */
import type * as definition from '../../definition/rest-api.ts';
import type { SnapshotResource } from '../../definition/snapshot.ts';
import type * as wire from '../../wire/generated/apigateway.ts';

/** v1 times are whole seconds. */
export const wholeSeconds = (epochMs: number): number => Math.floor(epochMs / 1000) * 1000;

/**
 * `emptyTags`: GetRestApi and UpdateRestApi show `tags: {}`, CreateRestApi and lists leave empty tags out (recorded). The policy comes back as the
 * inside of a JSON string, quotes and slashes escaped: clients (Terraform among them) unquote it before use.
 */
export function answerApi(api: definition.RestApi, { emptyTags }: { emptyTags: boolean }): wire.RestApi {
  const { account: _account, region: _region, createdAtMs, policy, tags, ...members } = api;
  const answer = {
    ...members,
    createdDate: wholeSeconds(createdAtMs),
    ...(policy !== undefined && { policy: JSON.stringify(policy).slice(1, -1).replaceAll('/', '\\/') }),
    ...((emptyTags || Object.keys(tags).length > 0) && { tags }),
    apiStatus: 'AVAILABLE',
  };
  return answer as wire.RestApi;
}

/** Without `embed=methods` every verb maps to an empty object; a resource without methods has no such member (recorded). */
export function answerResource(
  resource: definition.Resource,
  methods: readonly definition.Method[],
  { embedMethods }: { embedMethods: boolean },
): wire.Resource {
  const { id, parentId, pathPart, path } = resource;
  return {
    id,
    ...(parentId !== undefined && { parentId }),
    ...(pathPart !== undefined && { pathPart }),
    path,
    ...(methods.length > 0 && {
      resourceMethods: Object.fromEntries(
        methods.map((method) => [method.httpMethod, embedMethods ? answerMethod(method) : {}]),
      ),
    }),
  };
}

export function answerMethod({ integration, ...members }: definition.Method): wire.Method {
  return { ...members, ...(integration && { methodIntegration: answerIntegration(integration) }) };
}

export const answerMethodResponse = (response: definition.MethodResponse): wire.MethodResponse => response;

/** The generated types know no null; template maps do hold it where AWS keeps null, hence the assertion. */
export const answerIntegration = (integration: definition.Integration): wire.Integration =>
  integration as wire.Integration;

export const answerIntegrationResponse = (response: definition.IntegrationResponse): wire.IntegrationResponse =>
  response as wire.IntegrationResponse;

export function answerDeployment({ createdAtMs, ...members }: definition.Deployment): wire.Deployment {
  return { ...members, createdDate: wholeSeconds(createdAtMs) };
}

/** `embed=apisummary`: path → verb → how the method is guarded (row V1-31). Paths without methods are left out. */
export function answerApiSummary(resources: readonly SnapshotResource[]): NonNullable<wire.Deployment['apiSummary']> {
  const summary: NonNullable<wire.Deployment['apiSummary']> = {};
  for (const { path, methods } of resources) {
    const verbs = Object.values(methods).map(({ httpMethod, authorizationType, apiKeyRequired }) => [
      httpMethod,
      { authorizationType, apiKeyRequired },
    ]);
    if (verbs.length > 0) summary[path] = Object.fromEntries(verbs);
  }
  return summary;
}

/** Empty tags and variables are left out, method settings are always there (recorded T11). */
export function answerStage(stage: definition.Stage): wire.Stage {
  const { createdAtMs, lastUpdatedAtMs, variables, tags, ...members } = stage;
  const answer = {
    ...members,
    // A cache here is there at once.
    cacheClusterStatus: stage.cacheClusterEnabled ? 'AVAILABLE' : 'NOT_AVAILABLE',
    ...(variables && Object.keys(variables).length > 0 && { variables }),
    ...(tags && Object.keys(tags).length > 0 && { tags }),
    createdDate: wholeSeconds(createdAtMs),
    lastUpdatedDate: wholeSeconds(lastUpdatedAtMs),
  };
  return answer as wire.Stage;
}

/** Empty tags as with APIs (recorded). */
export function answerVpcLink(
  { tags, ...members }: definition.VpcLink,
  { emptyTags }: { emptyTags: boolean },
): wire.VpcLink {
  return { ...members, ...((emptyTags || Object.keys(tags).length > 0) && { tags }) };
}

/** The private key stays here (row CC-02). */
export function answerClientCertificate(certificate: definition.ClientCertificate): wire.ClientCertificate {
  const { clientCertificateId, description, pemEncodedCertificate, createdAtMs, expiresAtMs, tags } = certificate;
  return {
    clientCertificateId,
    ...(description !== undefined && { description }),
    pemEncodedCertificate,
    createdDate: wholeSeconds(createdAtMs),
    expirationDate: wholeSeconds(expiresAtMs),
    ...(Object.keys(tags).length > 0 && { tags }),
  };
}
