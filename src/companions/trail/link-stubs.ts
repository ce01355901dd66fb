/**
 * The links of an answer of API Gateway as its records show them (recorded): `resource:create-child` with `/restapis/abc/resources/def` is
 * `resourceCreateChild: { restApiId: 'abc', resourceId: 'def', template: false }`.
 */

/** What follows a collection in a path. */
const collections: Readonly<Record<string, string>> = {
  apikeys: 'apiKey',
  authorizers: 'authorizerId',
  basepathmappings: 'basePath',
  clientcertificates: 'clientCertificateId',
  deployments: 'deploymentId',
  domainnames: 'domainName',
  gatewayresponses: 'responseType',
  keys: 'keyId',
  methods: 'httpMethod',
  models: 'modelName',
  parts: 'documentationPartId',
  requestvalidators: 'requestValidatorId',
  resources: 'resourceId',
  responses: 'statusCode',
  restapis: 'restApiId',
  stages: 'stageName',
  usageplans: 'usagePlanId',
  versions: 'documentationVersion',
  vpclinks: 'vpcLinkId',
};

/** `links` as control/rest/links makes them: `{ self: { href }, 'method:put': { href, templated: true }, curies: […] }`. */
export function linkStubs(links: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const stubs: Record<string, unknown> = {};
  for (const [name, link] of Object.entries(links)) {
    if (name === 'curies') continue;
    const stub = Array.isArray(link) ? link.map(stubOf) : stubOf(link);
    stubs[camelCase(name)] = name.startsWith('resource:create') && !Array.isArray(stub) ? ofChild(stub) : stub;
  }
  return stubs;
}

function stubOf(link: unknown): Record<string, unknown> {
  const { href, templated } = link as { href: string; templated?: boolean };
  const [path = '', query = ''] = href.replace(/\{[^}]*\}/g, '').split('?');
  const segments = path.split('/').filter((segment) => segment !== '');
  const stub: Record<string, unknown> = {};
  for (let i = 0; i + 1 < segments.length; i++) {
    const name = collections[segments[i]!];
    if (name !== undefined) stub[name] = decodeURIComponent(segments[++i]!);
  }
  for (const [name, value] of new URLSearchParams(query)) stub[camelCase(name)] = value;
  return { ...stub, template: templated === true };
}

/** What CreateResource is asked at a resource is the parent's id. */
function ofChild({ resourceId, ...stub }: Record<string, unknown>): Record<string, unknown> {
  return { ...(resourceId !== undefined && { parentId: resourceId }), ...stub };
}

const camelCase = (name: string): string =>
  name.replace(/[:_-]([a-z])/g, (_match, letter: string) => letter.toUpperCase());
