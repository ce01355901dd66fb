/**
 * What calls about custom domain names are to IAM, beside the verb on the path that every call of API Gateway is ("Actions defined by Amazon API Gateway
 * Management" and "… Management V2" in the service authorization reference): routing rules have actions named for them, mutual TLS, policies and access
 * associations want one more action, and what belongs to a private domain is told by its owner's account and the domain's id.
 */
import { domainIdOf } from '../../ports/custom-domains.ts';
import type { AuthorizedCall } from '../../wire/endpoint.ts';

interface Action {
  readonly action: string;
  readonly resource: string;
}

/** `path` is decoded, without `/v2` and without a slash at its end. Undefined for calls about anything but domain names. */
export function domainActions(made: AuthorizedCall, path: string): Action[] | undefined {
  if (/^\/domainnames(?:\/|$)/.test(path)) {
    return path.includes('/routingrules') ? [routingRuleAction(made, path)] : actionsOnDomain(made, path);
  }
  if (path.startsWith('/domainnameaccessassociations')) return associationActions(made, path);
  if (path === '/rejectdomainnameaccessassociations') {
    const resource = asStored(made.input['domainNameArn']);
    return [
      { action: 'apigateway:POST', resource: `${ownArn(made)}${path}` },
      { action: 'apigateway:RejectAccessAssociation', resource },
    ];
  }
  return undefined;
}

function actionsOnDomain(made: AuthorizedCall, path: string): Action[] {
  const { input, request, call } = made;
  const domainNameId = input['domainNameId'] ?? input['DomainNameId'];
  const account = typeof domainNameId === 'string' ? call.account : '';
  const resource = `arn:aws:apigateway:${call.region}:${account}:${domainPath(path, domainNameId)}`;
  const extras = new Set<string>();
  if (input['policy'] !== undefined) extras.add('UpdateDomainNamePolicy');
  const patches = (Array.isArray(input['patchOperations']) ? input['patchOperations'] : []) as Patch[];
  for (const patch of patches) for (const extra of extrasOfPatch(patch)) extras.add(extra);
  const mutualTls = input['mutualTlsAuthentication'] ?? input['MutualTlsAuthentication'];
  if (mutualTls !== undefined) extras.add(mutualTlsAction(mutualTls as Readonly<Record<string, unknown>>));
  return [request.method, ...extras].map((action) => ({ action: `apigateway:${action}`, resource }));
}

interface Patch {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly value?: unknown;
}

function extrasOfPatch(patch: Patch): string[] {
  const path = `/${String(patch?.path ?? '').replace(/^\//, '')}`;
  if (path === '/policy') return ['UpdateDomainNamePolicy'];
  if (path === '/managementPolicy') return ['UpdateDomainNameManagementPolicy'];
  if (path !== '/mutualTlsAuthentication/truststoreUri') return [];
  return [mutualTlsAction({ truststoreUri: patch.op === 'remove' ? '' : patch.value })];
}

/** An empty truststore URI takes mutual TLS away, as the guide has v2's callers do. */
function mutualTlsAction(given: Readonly<Record<string, unknown>>): string {
  const uri = given['truststoreUri'] ?? given['TruststoreUri'];
  return uri === '' ? 'RemoveCertificateFromDomain' : 'AddCertificateToDomain';
}

/** `UpdateRoutingRule` is PutRoutingRule's. Rules of public domains too are named with the account. */
function routingRuleAction(made: AuthorizedCall, path: string): Action {
  const action = made.operation === 'PutRoutingRule' ? 'UpdateRoutingRule' : made.operation;
  const resource = `${ownArn(made)}${domainPath(path, made.input['DomainNameId'])}`;
  return { action: `apigateway:${action}`, resource };
}

/** An association is called by its whole ARN; making one is an action on the domain too, which its owner allows in the domain's managementPolicy. */
function associationActions(made: AuthorizedCall, path: string): Action[] {
  const named = path.slice('/domainnameaccessassociations/'.length);
  const resource = named.startsWith('arn:') ? asStored(named) : `${ownArn(made)}${path}`;
  const actions = [{ action: `apigateway:${made.request.method}`, resource }];
  if (made.operation === 'CreateDomainNameAccessAssociation') {
    actions.push({ action: 'apigateway:CreateAccessAssociation', resource: asStored(made.input['domainNameArn']) });
  }
  return actions;
}

const ownArn = ({ call }: AuthorizedCall): string => `arn:aws:apigateway:${call.region}:${call.account}:`;

/** `/domainnames/A.example.com/basepathmappings` with `abc123` is `/domainnames/a.example.com+abc123/basepathmappings`. */
function domainPath(path: string, domainNameId: unknown): string {
  const [, , domainName, ...below] = path.split('/');
  if (domainName === undefined) return path;
  const id = domainIdOf({ domainName, ...(typeof domainNameId === 'string' && { domainNameId }) });
  return ['', 'domainnames', id, ...below].join('/');
}

/** An ARN with its domain's name in the letters it is kept by: a policy must not be passed by by writing another case. */
const asStored = (arn: unknown): string =>
  String(arn).replace(/(?<=\/domainnames?\/)[^/]+/, (domainId) => domainId.toLowerCase());
