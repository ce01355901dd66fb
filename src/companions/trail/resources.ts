/** What an event was about, for `ResourceType` and `ResourceName`: read from its parameters, or from the answer that made it. */
import type { Elements } from './elements.ts';

export interface TrailResource {
  readonly type: string;
  readonly name: string;
}

/** Parameter → type, by the service's model. */
const named: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  apigateway: {
    restApiId: 'AWS::ApiGateway::RestApi',
    stageName: 'AWS::ApiGateway::Stage',
    domainName: 'AWS::ApiGateway::DomainName',
    apiKey: 'AWS::ApiGateway::ApiKey',
    usagePlanId: 'AWS::ApiGateway::UsagePlan',
    vpcLinkId: 'AWS::ApiGateway::VpcLink',
  },
  apigatewayv2: {
    apiId: 'AWS::ApiGatewayV2::Api',
    stageName: 'AWS::ApiGatewayV2::Stage',
    domainName: 'AWS::ApiGatewayV2::DomainName',
    vpcLinkId: 'AWS::ApiGatewayV2::VpcLink',
  },
  lambda: { functionName: 'AWS::Lambda::Function' },
  iam: {
    userName: 'AWS::IAM::User',
    roleName: 'AWS::IAM::Role',
    groupName: 'AWS::IAM::Group',
    policyArn: 'AWS::IAM::Policy',
    policyName: 'AWS::IAM::Policy',
    accessKeyId: 'AWS::IAM::AccessKey',
  },
  sts: { roleArn: 'AWS::IAM::Role' },
  'cognito-idp': { userPoolId: 'AWS::Cognito::UserPool' },
  'cognito-identity': { identityPoolId: 'AWS::Cognito::IdentityPool' },
  s3: { bucket: 'AWS::S3::Bucket' },
  logs: { logGroupName: 'AWS::Logs::LogGroup' },
  cloudwatch: { alarmName: 'AWS::CloudWatch::Alarm', dashboardName: 'AWS::CloudWatch::Dashboard' },
};

/** What creates it answers its id under another name. */
const made: Readonly<Record<string, readonly [member: string, type: string]>> = {
  'apigateway:CreateRestApi': ['id', 'AWS::ApiGateway::RestApi'],
  'apigateway:ImportRestApi': ['id', 'AWS::ApiGateway::RestApi'],
  'apigateway:CreateApiKey': ['id', 'AWS::ApiGateway::ApiKey'],
  'apigateway:CreateUsagePlan': ['id', 'AWS::ApiGateway::UsagePlan'],
  'apigateway:CreateVpcLink': ['id', 'AWS::ApiGateway::VpcLink'],
  'apigatewayv2:CreateApi': ['apiId', 'AWS::ApiGatewayV2::Api'],
  'apigatewayv2:ImportApi': ['apiId', 'AWS::ApiGatewayV2::Api'],
};

export function resourcesOf(
  model: string,
  operation: string,
  parameters: Elements | null,
  answered: Elements | null,
): TrailResource[] {
  const found: TrailResource[] = [];
  const add = (type: string, name: unknown): void => {
    if (typeof name === 'string' && !found.some((other) => other.type === type && other.name === name)) {
      found.push({ type, name });
    }
  };
  const types = named[model] ?? {};
  // Only what stands at the top, and in the body that API Gateway's records wrap.
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (Object.hasOwn(types, name)) add(types[name]!, value);
    else if (name.endsWith('Input') && typeof value === 'object' && value !== null) {
      for (const [inner, item] of Object.entries(value)) if (Object.hasOwn(types, inner)) add(types[inner]!, item);
    }
  }
  const created = made[`${model}:${operation}`];
  if (created !== undefined) add(created[1], answered?.[created[0]]);
  return found;
}
