/** `x-amazon-apigateway-integration` of an HTTP API's routes, in place or among the document's components (row OAS-09). */
import { defined } from '../../base/defined.ts';
import type { V2Integration } from '../v2-api.ts';
import { connectionTypes } from './description.ts';
import type { HttpFindings } from './http-api-description.ts';
import { isNode, memberOf, membersOf, type Node } from './members.ts';
import type { Resolve } from './references.ts';

export interface HttpIntegrations {
  readonly all: ReadonlyMap<string, Partial<V2Integration>>;
  /** The key of a route's integration; undefined, and said why, when the route has none that an HTTP API can have. */
  keyFor(routeKey: string, extension: unknown): string | undefined;
}

/** An integration that is referred to is one integration, however many routes refer to it. */
export function httpIntegrations(resolve: Resolve, findings: HttpFindings): HttpIntegrations {
  const all = new Map<string, Partial<V2Integration>>();
  return {
    all,
    keyFor(routeKey, extension) {
      if (extension === undefined) return undefined;
      const malformed = (complaint: string) =>
        findings.errors.push(`Unable to put integration on route ${routeKey}: ${complaint}`);
      const reference = isNode(extension) ? memberOf(extension, '$ref') : undefined;
      const key = typeof reference === 'string' ? reference : routeKey;
      if (all.has(key)) return key;
      const node = resolve(extension, malformed);
      const integration = node && integrationOf(node, { routeKey, malformed, findings });
      if (integration === undefined) return undefined;
      all.set(key, integration);
      return key;
    },
  };
}

interface Report {
  readonly routeKey: string;
  readonly malformed: (complaint: string) => void;
  readonly findings: HttpFindings;
}

const known = [
  ...['type', 'httpMethod', 'uri', 'integrationSubtype', 'payloadFormatVersion', 'connectionType', 'connectionId'],
  ...['credentials', 'requestParameters', 'responseParameters', 'timeoutInMillis', 'tlsConfig', 'description'],
];

function integrationOf(node: Node, { routeKey, malformed, findings }: Report): Partial<V2Integration> | undefined {
  const members = membersOf(node, malformed);
  const type = members.choice('type', ['AWS_PROXY', 'HTTP_PROXY', 'AWS', 'HTTP', 'MOCK']);
  if (type === undefined) {
    if (node['type'] === undefined) malformed('type is missing');
    return undefined;
  }
  if (type !== 'AWS_PROXY' && type !== 'HTTP_PROXY') {
    findings.warnings.push(
      `Integration type ${type} of route ${routeKey} is not supported for HTTP APIs, which have AWS_PROXY and HTTP_PROXY. Ignoring.`,
    );
    return undefined;
  }
  for (const name of Object.keys(node)) {
    if (!known.includes(name)) {
      findings.info.push(`Integration member '${name}' of route ${routeKey} is not supported for HTTP APIs. Ignoring.`);
    }
  }
  const tlsConfig = members.node('tlsConfig');
  return defined({
    integrationType: type,
    integrationSubtype: members.text('integrationSubtype'),
    integrationMethod: members.text('httpMethod')?.toUpperCase(),
    integrationUri: members.text('uri'),
    connectionType: members.choice('connectionType', connectionTypes),
    connectionId: members.text('connectionId'),
    credentialsArn: members.text('credentials'),
    description: members.text('description'),
    payloadFormatVersion: versionText(members.text('payloadFormatVersion')),
    requestParameters: members.textMap('requestParameters'),
    responseParameters: responseParametersOf(members.node('responseParameters'), malformed),
    timeoutInMillis: members.integer('timeoutInMillis'),
    tlsConfig: tlsConfig && defined({ serverNameToVerify: membersOf(tlsConfig, malformed).text('serverNameToVerify') }),
  });
}

/** The guide's own documents write `1.0` as a number, which becomes 1. */
const versionText = (text: string | undefined): string | undefined => (/^[12]$/.test(text ?? '') ? `${text}.0` : text);

function responseParametersOf(
  node: Node | undefined,
  malformed: (complaint: string) => void,
): V2Integration['responseParameters'] {
  if (node === undefined) return undefined;
  const members = membersOf(node, (complaint) => malformed(`responseParameters.${complaint}`));
  return Object.fromEntries(Object.keys(node).map((status) => [status, members.textMap(status) ?? {}]));
}
