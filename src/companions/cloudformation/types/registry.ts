/** Every resource type there is, by name. */
import { cognitoTypes } from './cognito-types.ts';
import { customResource } from './custom-resource.ts';
import { certificate, guardTypes } from './guard-types.ts';
import { httpTypes } from './http-types.ts';
import { iamTypes } from './iam-types.ts';
import { lambdaTypes } from './lambda-types.ts';
import type { ResourceType } from './resource-type.ts';
import { restTypes } from './rest/rest-types.ts';
import { stackTypes } from './stack-types.ts';
import { parameter, repository, s3Types } from './storage-types.ts';
import { cloudWatchTypes, logTypes, xrayTypes } from './watching-types.ts';

const below = (prefix: string, types: Readonly<Record<string, ResourceType>>): [string, ResourceType][] =>
  Object.entries(types).map(([name, type]) => [`AWS::${prefix}::${name}`, type]);

const types = new Map<string, ResourceType>([
  ...below('ApiGateway', restTypes),
  ...below('ApiGatewayV2', httpTypes),
  ...below('Cognito', cognitoTypes),
  ...below('CloudWatch', cloudWatchTypes),
  ...below('IAM', iamTypes),
  ...below('Lambda', lambdaTypes),
  ...below('Logs', logTypes),
  ...below('S3', s3Types),
  ...below('WAFv2', guardTypes),
  ...below('XRay', xrayTypes),
  ['AWS::CertificateManager::Certificate', certificate],
  ['AWS::ECR::Repository', repository],
  ['AWS::SSM::Parameter', parameter],
  ...Object.entries(stackTypes),
]);

export function resourceType(name: string): ResourceType | undefined {
  return name.startsWith('Custom::') ? customResource : types.get(name);
}

export const resourceTypeNames: readonly string[] = [...types.keys()].sort();
