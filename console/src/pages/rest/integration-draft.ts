/** An integration as a form has it, and as API Gateway has it. */
import type { Integration, Operations } from '../../../../src/wire/generated/apigateway.ts';
import { functionArn, functionInUri, invocationUri, namesStageVariable } from '../../shared/function-arn.ts';

export type IntegrationKind = 'lambda' | 'http' | 'mock' | 'service' | 'vpc';

export interface IntegrationDraft {
  readonly kind: IntegrationKind;
  /** The backend sees the whole request and answers for itself. */
  readonly isProxy: boolean;
  readonly functionRegion: string;
  /** A name, `name:alias`, or an ARN; may hold `${stageVariables.name}`. */
  readonly functionName: string;
  /** How the backend is called; of HTTP, VPC links and services. */
  readonly verb: string;
  readonly url: string;
  readonly vpcLinkId: string;
  readonly serviceRegion: string;
  /** `sqs` */
  readonly service: string;
  readonly subdomain: string;
  readonly actionType: 'action' | 'path';
  /** `SendMessage`, or a path of the service. */
  readonly action: string;
  /** ARN of the role that the call is made with; of a service, and instead of a function's own permission. */
  readonly role: string;
  readonly contentHandling: '' | 'CONVERT_TO_BINARY' | 'CONVERT_TO_TEXT';
  readonly isStreamed: boolean;
  /** Milliseconds, as written; empty is the default. */
  readonly timeoutMs: string;
}

export const defaultTimeoutMs = 29_000;

export function newIntegration(region: string): IntegrationDraft {
  return {
    kind: 'lambda',
    isProxy: true,
    functionRegion: region,
    functionName: '',
    verb: 'GET',
    url: '',
    vpcLinkId: '',
    serviceRegion: region,
    service: '',
    subdomain: '',
    actionType: 'action',
    action: '',
    role: '',
    contentHandling: '',
    isStreamed: false,
    timeoutMs: String(defaultTimeoutMs),
  };
}

/** What a form for an integration begins with. */
export function draftOf(integration: Integration, region: string): IntegrationDraft {
  const { type, uri, credentials, connectionType, httpMethod, timeoutInMillis, contentHandling } = integration;
  const common: IntegrationDraft = {
    ...newIntegration(region),
    isProxy: type?.endsWith('_PROXY') ?? false,
    verb: httpMethod ?? 'POST',
    role: credentials ?? '',
    contentHandling: contentHandling ?? '',
    isStreamed: integration.responseTransferMode === 'STREAM',
    timeoutMs: String(timeoutInMillis ?? defaultTimeoutMs),
  };
  if (type === 'MOCK') return { ...common, kind: 'mock' };
  if (type === 'HTTP' || type === 'HTTP_PROXY') {
    const isPrivate = connectionType === 'VPC_LINK';
    return { ...common, kind: isPrivate ? 'vpc' : 'http', url: uri ?? '', vpcLinkId: integration.connectionId ?? '' };
  }
  const arn = functionInUri(uri);
  if (arn !== undefined)
    return { ...common, kind: 'lambda', functionRegion: arn.split(':')[3] || region, functionName: arn };
  const [, serviceRegion = region, host = '', actionType = 'action', action = ''] =
    /^arn:aws:apigateway:([^:]*):([^:]*):(action|path)\/?(.*)$/.exec(uri ?? '') ?? [];
  const dot = host.lastIndexOf('.');
  return {
    ...common,
    kind: 'service',
    serviceRegion,
    service: host.slice(dot + 1),
    subdomain: dot < 0 ? '' : host.slice(0, dot),
    actionType: actionType as 'action' | 'path',
    action,
  };
}

export function isComplete(draft: IntegrationDraft): boolean {
  switch (draft.kind) {
    case 'lambda':
      return draft.functionName.trim() !== '';
    case 'http':
      return draft.url.trim() !== '';
    case 'vpc':
      return draft.url.trim() !== '' && draft.vpcLinkId !== '';
    case 'service':
      return draft.service !== '' && draft.action !== '' && draft.role !== '';
    case 'mock':
      return true;
  }
}

export type IntegrationInput = Omit<Operations['PutIntegration']['input'], 'restApiId' | 'resourceId' | 'httpMethod'>;

export interface DraftedIntegration {
  readonly input: IntegrationInput;
  /** The function whose policy must let API Gateway in. */
  readonly functionArn: string | undefined;
}

/** What to put. Rejects with an AwsError for a function that is not there (row CON-07). */
export async function integrationOf(draft: IntegrationDraft, region: string): Promise<DraftedIntegration> {
  const timeoutMs = Number(draft.timeoutMs || defaultTimeoutMs);
  const common = {
    ...(timeoutMs !== defaultTimeoutMs && { timeoutInMillis: timeoutMs }),
    ...(draft.contentHandling !== '' && { contentHandling: draft.contentHandling }),
    ...(draft.isStreamed && { responseTransferMode: 'STREAM' as const }),
  };
  switch (draft.kind) {
    case 'mock': {
      const requestTemplates = { 'application/json': '{"statusCode": 200}' };
      return { input: { ...common, type: 'MOCK', requestTemplates }, functionArn: undefined };
    }
    case 'http':
    case 'vpc': {
      const link = draft.kind === 'vpc' && ({ connectionType: 'VPC_LINK', connectionId: draft.vpcLinkId } as const);
      const type = draft.isProxy ? 'HTTP_PROXY' : 'HTTP';
      const uri = draft.url.trim();
      return { input: { ...common, ...link, type, integrationHttpMethod: draft.verb, uri }, functionArn: undefined };
    }
    case 'lambda': {
      const name = draft.functionName.trim();
      const isKnown = !namesStageVariable(name);
      const arn = isKnown
        ? await functionArn(draft.functionRegion, name)
        : await unresolvedArn(draft.functionRegion, name);
      const input: IntegrationInput = {
        ...common,
        type: draft.isProxy ? 'AWS_PROXY' : 'AWS',
        integrationHttpMethod: 'POST',
        uri: invocationUri(arn.split(':')[3] ?? region, arn),
        ...(draft.role && { credentials: draft.role }),
      };
      return { input, functionArn: isKnown && draft.role === '' ? arn : undefined };
    }
    case 'service': {
      const host = draft.subdomain ? `${draft.subdomain}.${draft.service}` : draft.service;
      const action = draft.actionType === 'path' ? draft.action.replace(/^\//, '') : draft.action;
      const uri = `arn:aws:apigateway:${draft.serviceRegion}:${host}:${draft.actionType}/${action}`;
      const input: IntegrationInput = {
        ...common,
        type: 'AWS',
        integrationHttpMethod: draft.verb,
        uri,
        credentials: draft.role,
      };
      return { input, functionArn: undefined };
    }
  }
}

/** A name with a stage variable in it, in this account. */
async function unresolvedArn(region: string, name: string): Promise<string> {
  if (name.startsWith('arn:')) return name;
  const { callerIdentity } = await import('../../client/call.ts');
  const { account } = await callerIdentity();
  return `arn:aws:lambda:${region}:${account}:function:${name}`;
}
