/** `x-amazon-apigateway-integration`: the backend of a method, its enumerations in any case (rows OAS-09 to OAS-11). */
import { defined } from '../../base/defined.ts';
import {
  connectionTypes,
  contentHandlings,
  type IntegrationDescription,
  type IntegrationResponseDescription,
  transferModes,
} from './description.ts';
import { isNode, membersOf, type Node } from './members.ts';

const types = ['HTTP', 'AWS', 'MOCK', 'HTTP_PROXY', 'AWS_PROXY'] as const;
const passthroughBehaviors = ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'] as const;

export interface IntegrationReport {
  /** Something is not as it must be; the integration cannot be made. */
  malformed(complaint: string): void;
  /** A method without an integration is what comes of it. */
  unknownType(type: string): void;
  warning(text: string): void;
}

/** `payloadFormatVersion` means nothing to a REST API, but Terraform's own examples say it, so it is no reason to warn. */
const known = [
  'payloadFormatVersion',
  ...[
    'type',
    'httpMethod',
    'uri',
    'connectionType',
    'connectionId',
    'credentials',
    'requestParameters',
    'requestTemplates',
  ],
  ...['passthroughBehavior', 'contentHandling', 'timeoutInMillis', 'cacheNamespace', 'cacheKeyParameters', 'tlsConfig'],
  ...['responseTransferMode', 'integrationTarget', 'responses'],
];

export function integrationOf(node: Node, report: IntegrationReport): IntegrationDescription | undefined {
  const members = membersOf(node, report.malformed);
  for (const name of Object.keys(node)) {
    if (!known.includes(name)) report.warning(`Integration member '${name}' is not known to REST APIs. Ignoring.`);
  }
  const said = members.text('type');
  const type = types.find((each) => each === said?.toUpperCase());
  if (type === undefined) {
    report.unknownType(said ?? 'null');
    return undefined;
  }
  const tlsConfig = members.node('tlsConfig');
  return defined({
    type,
    httpMethod: members.text('httpMethod')?.toUpperCase(),
    uri: members.text('uri'),
    connectionType: members.choice('connectionType', connectionTypes),
    connectionId: members.text('connectionId'),
    credentials: members.text('credentials'),
    requestParameters: members.textMap('requestParameters'),
    requestTemplates: members.textMap('requestTemplates'),
    passthroughBehavior: members.choice('passthroughBehavior', passthroughBehaviors),
    contentHandling: members.choice('contentHandling', contentHandlings),
    timeoutInMillis: members.integer('timeoutInMillis'),
    cacheNamespace: members.text('cacheNamespace'),
    cacheKeyParameters: members.texts('cacheKeyParameters'),
    tlsConfig:
      tlsConfig &&
      defined({ insecureSkipVerification: membersOf(tlsConfig, report.malformed).flag('insecureSkipVerification') }),
    responseTransferMode: members.choice('responseTransferMode', transferModes),
    integrationTarget: members.text('integrationTarget'),
    responses: responsesOf(members.node('responses') ?? {}, report),
  });
}

/** The key is the selection pattern; `default` stands for none. */
function responsesOf(responses: Node, report: IntegrationReport): IntegrationResponseDescription[] {
  const byStatus = new Map<string, IntegrationResponseDescription>();
  for (const [pattern, response] of Object.entries(responses)) {
    if (!isNode(response)) {
      report.malformed(`responses.${pattern} must be an object`);
      continue;
    }
    const members = membersOf(response, (complaint) => report.malformed(`responses.${pattern}.${complaint}`));
    const statusCode = members.text('statusCode');
    if (statusCode === undefined || !/^[1-5]\d\d$/.test(statusCode)) {
      report.malformed(`responses.${pattern}.statusCode must be a status code`);
      continue;
    }
    // A REST API keeps one integration response per status.
    if (byStatus.has(statusCode)) {
      report.warning(`Integration response '${pattern}' replaces another one for status ${statusCode}.`);
    }
    byStatus.set(
      statusCode,
      defined({
        statusCode,
        selectionPattern: pattern === 'default' ? undefined : pattern,
        responseParameters: members.textMap('responseParameters'),
        responseTemplates: members.textMap('responseTemplates'),
        contentHandling: members.choice('contentHandling', contentHandlings),
      }),
    );
  }
  return [...byStatus.values()];
}
