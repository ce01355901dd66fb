/**
 * The `_links` of v1 answers (row CP-12): where the answer itself lives, what can be done next, and `curies` that lead from a link's name to its
 * page in the developer guide. Modelled on the answers printed in the API reference (GetRestApis, PutMethod).
 */

import { documentationLinks } from './documentation-links.ts';
import { domainLinks } from './domain-links.ts';
import { type Answered, type Link, type Links, link, list, named, several, template } from './link-parts.ts';
import { usageLinks } from './usage-links.ts';

/** The links of an operation's answer; undefined when it has no body to carry them, or is of another resource family. */
export function halLinks(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  output: Readonly<Record<string, unknown>> | undefined,
): Record<string, unknown> | undefined {
  const linksOf = operationLinks[operation];
  if (linksOf === undefined || output === undefined) return undefined;
  const links = linksOf({ input, output });
  return { curies: curiesFor(links), ...links };
}

/** The guide page of a link's name; the responses of methods and integrations have a hyphen in theirs. */
function curiesFor(links: Links): readonly (Link & { name: string })[] {
  const prefixes = new Set(Object.keys(links).flatMap((name) => (name.includes(':') ? [name.split(':')[0]!] : [])));
  return [...prefixes].sort().map((name) => ({
    href: `https://docs.aws.amazon.com/apigateway/latest/developerguide/restapi-${name.replace(/^(method|integration)response$/, '$1-response')}-{rel}.html`,
    name,
    templated: true,
  }));
}

const account = (): Links => ({ self: link('/account'), 'account:update': link('/account') });

function restApi({ output }: Answered): Links {
  const api = `/restapis/${output['id']}`;
  return {
    self: link(api),
    'deployment:by-id': template(`${api}/deployments/{deployment_id}{?embed}`),
    'deployment:create': link(`${api}/deployments`),
    'resource:by-id': template(`${api}/resources/{resource_id}{?embed}`),
    'resource:create': link(`${api}/resources/${output['rootResourceId']}`),
    'restapi:delete': link(api),
    'restapi:deployments': template(`${api}/deployments{?limit}`),
    'restapi:resources': template(`${api}/resources{?limit,embed}`),
    'restapi:stages': template(`${api}/stages{?deployment_id}`),
    'restapi:update': link(api),
    'stage:by-name': template(`${api}/stages/{stage_name}`),
    'stage:create': link(`${api}/stages`),
  };
}

const restApis = (answered: Answered): Links => ({
  ...list('/restapis', answered.output['items'], 'id', answered),
  'restapi:by-id': template('/restapis/{restapi_id}'),
  'restapi:create': link('/restapis'),
});

function resource({ input, output }: Answered): Links {
  const self = `/restapis/${input['restApiId']}/resources/${output['id']}`;
  const verbs = Object.keys((output['resourceMethods'] ?? {}) as object);
  return {
    self: link(self),
    'method:by-http-method': template(`${self}/methods/{http_method}`),
    'method:put': template(`${self}/methods/{http_method}`),
    'resource:create-child': link(self),
    'resource:delete': link(self),
    ...(verbs.length > 0 && {
      'resource:methods': several(verbs.map((verb) => named(`${self}/methods/${verb}`, verb))),
    }),
    'resource:update': link(self),
  };
}

function resources(answered: Answered): Links {
  const path = `/restapis/${answered.input['restApiId']}/resources`;
  return {
    ...list(path, answered.output['items'], 'id', answered),
    'resource:by-id': template(`${path}/{resource_id}{?embed}`),
  };
}

const methodPath = ({ input }: Answered): string =>
  `/restapis/${input['restApiId']}/resources/${input['resourceId']}/methods/${input['httpMethod']}`;

/** One link per response there is; none when there are none. */
function responses(name: string, path: string, byStatus: unknown): Links {
  const statuses = Object.keys((byStatus ?? {}) as object);
  if (statuses.length === 0) return {};
  return { [name]: several(statuses.map((status) => named(`${path}/responses/${status}`, status))) };
}

function method(answered: Answered): Links {
  const self = methodPath(answered);
  const { httpMethod, methodIntegration, methodResponses } = answered.output;
  return {
    self: named(self, String(httpMethod)),
    'integration:put': link(`${self}/integration`),
    'method:delete': link(self),
    ...(methodIntegration !== undefined && { 'method:integration': link(`${self}/integration`) }),
    ...responses('method:responses', self, methodResponses),
    'method:update': link(self),
    'methodresponse:put': template(`${self}/responses/{status_code}`),
  };
}

function methodResponse(answered: Answered): Links {
  const status = String(answered.output['statusCode']);
  const self = `${methodPath(answered)}/responses/${status}`;
  return { self: named(self, status), 'methodresponse:delete': link(self), 'methodresponse:update': link(self) };
}

function integration(answered: Answered): Links {
  const self = `${methodPath(answered)}/integration`;
  return {
    self: link(self),
    'integration:delete': link(self),
    ...responses('integration:responses', self, answered.output['integrationResponses']),
    'integration:update': link(self),
    'integrationresponse:put': template(`${self}/responses/{status_code}`),
  };
}

function integrationResponse(answered: Answered): Links {
  const status = String(answered.output['statusCode']);
  const self = `${methodPath(answered)}/integration/responses/${status}`;
  return {
    self: named(self, status),
    'integrationresponse:delete': link(self),
    'integrationresponse:update': link(self),
  };
}

function deployment({ input, output }: Answered): Links {
  const api = `/restapis/${input['restApiId']}`;
  const self = `${api}/deployments/${output['id']}`;
  return {
    self: link(self),
    'deployment:delete': link(self),
    'deployment:stages': link(`${api}/stages?deployment_id=${output['id']}`),
    'deployment:update': link(self),
  };
}

function deployments(answered: Answered): Links {
  const path = `/restapis/${answered.input['restApiId']}/deployments`;
  return {
    ...list(path, answered.output['items'], 'id', answered),
    'deployment:by-id': template(`${path}/{deployment_id}{?embed}`),
    'deployment:create': link(path),
  };
}

function stage({ input, output }: Answered): Links {
  const self = `/restapis/${input['restApiId']}/stages/${output['stageName']}`;
  return {
    self: link(self),
    'stage:delete': link(self),
    'stage:flush-authorizers-cache': link(`${self}/cache/authorizers`),
    'stage:flush-cache': link(`${self}/cache/data`),
    'stage:update': link(self),
  };
}

function stages(answered: Answered): Links {
  const path = `/restapis/${answered.input['restApiId']}/stages`;
  return {
    ...list(path, answered.output['item'], 'stageName', answered),
    'stage:by-name': template(`${path}/{stage_name}`),
    'stage:create': link(path),
  };
}

/** As printed in the API reference (GetGatewayResponse): only a customised one can be deleted. */
function gatewayResponse({ input, output }: Answered): Links {
  const collection = `/restapis/${input['restApiId']}/gatewayresponses`;
  const self = `${collection}/${output['responseType']}`;
  return {
    self: link(self),
    ...(output['defaultResponse'] === false && { 'gatewayresponse:delete': link(self) }),
    'gatewayresponse:put': template(`${collection}/{response_type}`),
    'gatewayresponse:update': link(self),
  };
}

/** Has no pages (row CP-07), so the first is the whole. */
function gatewayResponses({ input, output }: Answered): Links {
  const path = `/restapis/${input['restApiId']}/gatewayresponses`;
  const items = output['items'] as readonly Record<string, unknown>[];
  return {
    self: link(path),
    first: link(path),
    'gatewayresponse:by-type': template(`${path}/{response_type}`),
    item: items.map(({ responseType }) => link(`${path}/${responseType}`)),
  };
}

function model({ input, output }: Answered): Links {
  const self = `/restapis/${input['restApiId']}/models/${output['name']}`;
  return {
    self: link(self),
    'model:delete': link(self),
    'model:generate-template': link(`${self}/default_template`),
    'model:update': link(self),
  };
}

function models(answered: Answered): Links {
  const path = `/restapis/${answered.input['restApiId']}/models`;
  return {
    ...list(path, answered.output['items'], 'name', answered),
    'model:by-name': template(`${path}/{model_name}{?flatten}`),
    'model:create': link(path),
  };
}

const modelTemplate = ({ input }: Answered): Links => ({
  self: link(`/restapis/${input['restApiId']}/models/${input['modelName']}/default_template`),
});

function requestValidator({ input, output }: Answered): Links {
  const self = `/restapis/${input['restApiId']}/requestvalidators/${output['id']}`;
  return { self: link(self), 'requestvalidator:delete': link(self), 'requestvalidator:update': link(self) };
}

function authorizer({ input, output }: Answered): Links {
  const self = `/restapis/${input['restApiId']}/authorizers/${output['id']}`;
  return {
    self: link(self),
    'authorizer:delete': link(self),
    'authorizer:test-invoke': link(self),
    'authorizer:update': link(self),
  };
}

function authorizers(answered: Answered): Links {
  const path = `/restapis/${answered.input['restApiId']}/authorizers`;
  return {
    ...list(path, answered.output['items'], 'id', answered),
    'authorizer:by-id': template(`${path}/{authorizer_id}`),
    'authorizer:create': link(path),
  };
}

function requestValidators(answered: Answered): Links {
  const path = `/restapis/${answered.input['restApiId']}/requestvalidators`;
  return {
    ...list(path, answered.output['items'], 'id', answered),
    'requestvalidator:by-id': template(`${path}/{requestvalidator_id}`),
    'requestvalidator:create': link(path),
  };
}

function vpcLink({ output }: Answered): Links {
  const self = `/vpclinks/${output['id']}`;
  return { self: link(self), 'vpclink:delete': link(self), 'vpclink:update': link(self) };
}

const vpcLinks = (answered: Answered): Links => ({
  ...list('/vpclinks', answered.output['items'], 'id', answered),
  'vpclink:by-id': template('/vpclinks/{vpclink_id}'),
  'vpclink:create': link('/vpclinks'),
});

function clientCertificate({ output }: Answered): Links {
  const self = `/clientcertificates/${output['clientCertificateId']}`;
  return { self: link(self), 'clientcertificate:delete': link(self), 'clientcertificate:update': link(self) };
}

const clientCertificates = (answered: Answered): Links => ({
  ...list('/clientcertificates', answered.output['items'], 'clientCertificateId', answered),
  'clientcertificate:by-id': template('/clientcertificates/{clientcertificate_id}'),
  'clientcertificate:generate': link('/clientcertificates'),
});

const operationLinks: Readonly<Record<string, (answered: Answered) => Links>> = {
  ...usageLinks,
  ...documentationLinks,
  ...domainLinks,
  GetAccount: account,
  UpdateAccount: account,
  CreateRestApi: restApi,
  GetRestApi: restApi,
  UpdateRestApi: restApi,
  GetRestApis: restApis,
  CreateResource: resource,
  GetResource: resource,
  UpdateResource: resource,
  GetResources: resources,
  PutMethod: method,
  GetMethod: method,
  UpdateMethod: method,
  PutMethodResponse: methodResponse,
  GetMethodResponse: methodResponse,
  UpdateMethodResponse: methodResponse,
  PutIntegration: integration,
  GetIntegration: integration,
  UpdateIntegration: integration,
  PutIntegrationResponse: integrationResponse,
  GetIntegrationResponse: integrationResponse,
  UpdateIntegrationResponse: integrationResponse,
  CreateModel: model,
  GetModel: model,
  UpdateModel: model,
  GetModels: models,
  GetModelTemplate: modelTemplate,
  CreateAuthorizer: authorizer,
  GetAuthorizer: authorizer,
  UpdateAuthorizer: authorizer,
  GetAuthorizers: authorizers,
  CreateRequestValidator: requestValidator,
  GetRequestValidator: requestValidator,
  UpdateRequestValidator: requestValidator,
  GetRequestValidators: requestValidators,
  PutGatewayResponse: gatewayResponse,
  GetGatewayResponse: gatewayResponse,
  UpdateGatewayResponse: gatewayResponse,
  GetGatewayResponses: gatewayResponses,
  CreateDeployment: deployment,
  GetDeployment: deployment,
  UpdateDeployment: deployment,
  GetDeployments: deployments,
  CreateStage: stage,
  GetStage: stage,
  UpdateStage: stage,
  GetStages: stages,
  CreateVpcLink: vpcLink,
  GetVpcLink: vpcLink,
  UpdateVpcLink: vpcLink,
  GetVpcLinks: vpcLinks,
  GenerateClientCertificate: clientCertificate,
  GetClientCertificate: clientCertificate,
  UpdateClientCertificate: clientCertificate,
  GetClientCertificates: clientCertificates,
};
