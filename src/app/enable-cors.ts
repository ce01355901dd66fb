/**
 * What the console's "Enable CORS" does, as AWS calls (rows CORS-01, CORS-02; guide page how-to-cors-console): an OPTIONS method that a MOCK answers with
 * the three headers, Access-Control-Allow-Origin on the 200 of the other methods, and the same headers on errors the gateway makes itself. What is
 * there already is left alone, so doing it twice is doing it once. Child resources are not touched, and nothing acts before a deployment.
 */

/** One rest-json call by its path. The console brings its own; nothing here needs Node. */
type AwsClient = (method: string, path: string, input?: unknown) => Promise<Record<string, unknown>>;

export interface CorsChoice {
  readonly apiId: string;
  /** `/pets` */
  readonly resourcePath: string;
  /** `*` or one origin: a fixed header can name no more. */
  readonly origin: string;
  readonly headers: readonly string[];
  /** Verbs that pages may use; undefined for all the resource has. */
  readonly methods: readonly string[] | undefined;
  /** Whether DEFAULT_4XX and DEFAULT_5XX get the headers too. They belong to the whole API. */
  readonly onErrors: boolean;
}

/** What the console fills in. */
export const consoleHeaders = ['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key', 'X-Amz-Security-Token'];

interface Response {
  readonly responseParameters?: Readonly<Record<string, unknown>>;
}

interface Method {
  readonly authorizationType?: string;
  readonly apiKeyRequired?: boolean;
  readonly methodResponses?: Readonly<Record<string, Response>>;
  readonly methodIntegration?: {
    readonly type?: string;
    readonly integrationResponses?: Readonly<Record<string, Response>>;
  };
}

interface Resource {
  readonly id: string;
  readonly path: string;
  readonly resourceMethods?: Readonly<Record<string, Method>>;
}

/** ANY stands for these. */
const everyVerb = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'];

/** Resolves to a sentence for everything that was done or that is left to the user; empty when all was there. Throws an Error of one sentence. */
export async function enableCors(aws: AwsClient, choice: CorsChoice): Promise<{ done: string[]; left: string[] }> {
  const { apiId, resourcePath } = choice;
  const resources = await resourcesOf(aws, apiId);
  const resource = resources.find(({ path }) => path === resourcePath);
  if (resource === undefined) {
    const paths = resources.map(({ path }) => path).sort();
    throw new Error(`API ${apiId} has no resource ${resourcePath}; it has ${paths.join(', ')}`);
  }
  const methods = resource.resourceMethods ?? {};
  const present = Object.keys(methods).filter((verb) => verb !== 'OPTIONS');
  const unknown = choice.methods?.filter((verb) => !present.includes(verb) && !present.includes('ANY')) ?? [];
  if (unknown.length > 0) throw new Error(`${resourcePath} has no method ${unknown.join(', ')}`);
  const verbs = choice.methods ?? present.flatMap((verb) => (verb === 'ANY' ? everyVerb : [verb]));
  const values: Readonly<Record<string, string>> = {
    'Access-Control-Allow-Headers': `'${choice.headers.join(',')}'`,
    'Access-Control-Allow-Methods': `'${[...new Set([...verbs, 'OPTIONS'])].join(',')}'`,
    'Access-Control-Allow-Origin': `'${choice.origin}'`,
  };
  const work: Work = { aws, path: `/restapis/${apiId}/resources/${resource.id}/methods`, done: [], left: [] };
  await preflight(work, methods['OPTIONS'], values);
  const originAlone = { 'Access-Control-Allow-Origin': values['Access-Control-Allow-Origin']! };
  for (const verb of present) {
    if (verb === 'ANY' || verbs.includes(verb)) await allowOrigin(work, verb, methods[verb]!, originAlone);
  }
  if (choice.onErrors) await allowOnErrors(work, apiId, values);
  return { done: work.done, left: work.left };
}

interface Work {
  readonly aws: AwsClient;
  /** Of the resource's methods. */
  readonly path: string;
  readonly done: string[];
  readonly left: string[];
}

async function resourcesOf(aws: AwsClient, apiId: string): Promise<readonly Resource[]> {
  const all: Resource[] = [];
  let position = '';
  do {
    const page = await aws('GET', `/restapis/${apiId}/resources?embed=methods&limit=500${position}`);
    const items = page['_embedded'] === undefined ? page['item'] : (page['_embedded'] as { item?: unknown }).item;
    all.push(...([items ?? []].flat() as Resource[]));
    position = typeof page['position'] === 'string' ? `&position=${encodeURIComponent(page['position'])}` : '';
  } while (position !== '');
  return all;
}

/** A browser's preflight carries neither token nor key, so OPTIONS asks for none (row CORS-03). */
async function preflight(
  work: Work,
  method: Method | undefined,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const { aws, path, done } = work;
  const options = `${path}/OPTIONS`;
  if (method === undefined) {
    await aws('PUT', options, { authorizationType: 'NONE' });
    done.push('OPTIONS was added');
  } else if (method.authorizationType !== 'NONE' || method.apiKeyRequired === true) {
    const open = [replace('/authorizationType', 'NONE'), replace('/apiKeyRequired', 'false')];
    await aws('PATCH', options, { patchOperations: open });
    done.push('OPTIONS asks for no authorization any more');
  }
  const type = method?.methodIntegration?.type;
  if (type === undefined) {
    await aws('PUT', `${options}/integration`, {
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      passthroughBehavior: 'WHEN_NO_MATCH',
    });
    done.push('OPTIONS is answered by a MOCK');
  } else if (isProxy(type)) {
    work.left.push(`OPTIONS is answered by a backend (${type}): it has to send the headers itself`);
    return;
  }
  await setResponse(work, 'OPTIONS', method, values);
}

/** A proxy's answer is the backend's own (row CORS-02). */
async function allowOrigin(
  work: Work,
  verb: string,
  method: Method,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const type = method.methodIntegration?.type;
  if (type === undefined) work.left.push(`${verb} has no integration yet`);
  else if (isProxy(type)) {
    work.left.push(`${verb} is a proxy (${type}): its backend has to send Access-Control-Allow-Origin itself`);
  } else if (method.methodIntegration?.integrationResponses?.['200'] === undefined) {
    work.left.push(`${verb} has no integration response 200: run this again when it has one`);
  } else await setResponse(work, verb, method, values);
}

const isProxy = (type: string): boolean => type.endsWith('_PROXY');

/** Declares the headers on the method response 200 and maps them on the integration response 200, making either where it is missing. */
async function setResponse(
  { aws, path, done }: Work,
  verb: string,
  method: Method | undefined,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const parts = [
    { path: `${path}/${verb}/responses/200`, found: method?.methodResponses?.['200'], contentOf: () => false },
    {
      path: `${path}/${verb}/integration/responses/200`,
      found: method?.methodIntegration?.integrationResponses?.['200'],
      contentOf: (name: string) => values[name]!,
    },
  ];
  let isChanged = false;
  for (const { path: responsePath, found, contentOf } of parts) {
    const wanted = Object.keys(values).map((name) => [`method.response.header.${name}`, contentOf(name)] as const);
    if (found === undefined) {
      await aws('PUT', responsePath, { responseParameters: Object.fromEntries(wanted) });
      isChanged = true;
      continue;
    }
    const given = new Map(Object.entries(found.responseParameters ?? {}));
    // Whether a header is declared as required makes no difference; what is mapped does.
    const missing = wanted.filter(([name, value]) => (value === false ? !given.has(name) : given.get(name) !== value));
    if (missing.length === 0) continue;
    const patchOperations = missing.map(([name, value]) => add(`/responseParameters/${name}`, String(value)));
    await aws('PATCH', responsePath, { patchOperations });
    isChanged = true;
  }
  if (isChanged) done.push(`${verb} answers 200 with ${Object.keys(values).join(', ')}`);
}

/** Without these a page never gets to see that it was refused (row CORS-04). */
async function allowOnErrors(
  { aws, done }: Work,
  apiId: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (const type of ['DEFAULT_4XX', 'DEFAULT_5XX']) {
    const path = `/restapis/${apiId}/gatewayresponses/${type}`;
    const { responseParameters } = (await aws('GET', path)) as Response;
    const missing = Object.entries(values)
      .map(([name, value]) => [`gatewayresponse.header.${name}`, value] as const)
      .filter(([name, value]) => responseParameters?.[name] !== value);
    if (missing.length === 0) continue;
    const patchOperations = missing.map(([name, value]) => add(`/responseParameters/${name}`, value));
    await aws('PATCH', path, { patchOperations });
    done.push(`gateway response ${type} has the headers`);
  }
}

const add = (path: string, value: string) => ({ op: 'add', path, value });
const replace = (path: string, value: string) => ({ op: 'replace', path, value });
