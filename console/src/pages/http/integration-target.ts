/** What an integration of an HTTP API leads to, in a few words. */
import type { Integration } from '../../../../src/wire/generated/apigatewayv2.ts';

export type TargetKind = 'lambda' | 'http' | 'service' | 'private';

export function kindOf({ IntegrationSubtype, ConnectionType, IntegrationType }: Integration): TargetKind {
  if (IntegrationSubtype !== undefined) return 'service';
  if (ConnectionType === 'VPC_LINK') return 'private';
  return IntegrationType === 'AWS_PROXY' ? 'lambda' : 'http';
}

const kindNames: Readonly<Record<TargetKind, string>> = {
  lambda: 'Lambda function',
  http: 'HTTP URI',
  service: 'AWS service',
  private: 'Private resource',
};

export const kindName = (integration: Integration): string => kindNames[kindOf(integration)];

/** `my-function`, `GET http://…`, `SQS-SendMessage`. */
export function targetText(integration: Integration): string {
  const { IntegrationUri = '', IntegrationMethod = '', IntegrationSubtype } = integration;
  if (IntegrationSubtype !== undefined) return IntegrationSubtype;
  const arn = functionOf(integration);
  return arn === undefined ? `${IntegrationMethod} ${IntegrationUri}`.trim() : (arn.split(':function:')[1] ?? arn);
}

/** The function's ARN, however it was given. */
export function functionOf({
  IntegrationUri = '',
  IntegrationType,
  IntegrationSubtype,
}: Integration): string | undefined {
  if (IntegrationType !== 'AWS_PROXY' || IntegrationSubtype !== undefined) return undefined;
  return /functions\/(.+)\/invocations$/.exec(IntegrationUri)?.[1] ?? IntegrationUri;
}

/** `integrations/abc1234` */
export const targetOf = (integrationId: string): string => `integrations/${integrationId}`;
export const integrationIdOf = (target: string | undefined): string => target?.split('/')[1] ?? '';
