/** The role that SAM makes for a function, with the policies the function asks for. */
import type { Json, JsonMap } from '../records.ts';
import { callOf, isMap } from '../template/intrinsics.ts';
import { InvalidResource } from './invalid.ts';
import { policyTemplates } from './policy-templates.ts';

export const createdBySam: Json = { Key: 'lambda:createdBy', Value: 'SAM' };

const managed = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

export function roleOf(logicalId: string, properties: JsonMap, tags: readonly Json[], resources: JsonMap): JsonMap {
  const { Policies, Tracing, VpcConfig, PermissionsBoundary, AssumeRolePolicyDocument, RolePath } = properties;
  const arns: Json[] = [
    managed(
      VpcConfig === undefined
        ? 'service-role/AWSLambdaBasicExecutionRole'
        : 'service-role/AWSLambdaVPCAccessExecutionRole',
    ),
  ];
  if (Tracing === 'Active') arns.push(managed('AWSXrayWriteOnlyAccess'));
  const inline: Json[] = [];
  const given = Policies === undefined ? [] : Array.isArray(Policies) ? (Policies as readonly Json[]) : [Policies];
  for (const policy of given) {
    const document = documentOf(logicalId, policy);
    if (document === undefined) arns.push(arnOf(policy, resources));
    else inline.push({ PolicyName: `${logicalId}RolePolicy${inline.length}`, PolicyDocument: document });
  }
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: AssumeRolePolicyDocument ?? {
        Version: '2012-10-17',
        Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] } }],
      },
      ManagedPolicyArns: arns.filter(
        (each, index) => arns.findIndex((other) => JSON.stringify(other) === JSON.stringify(each)) === index,
      ),
      ...(inline.length > 0 && { Policies: inline }),
      ...(PermissionsBoundary !== undefined && { PermissionsBoundary }),
      ...(RolePath !== undefined && { Path: RolePath }),
      Tags: [...tags],
    },
  };
}

/** The statements of a policy; undefined when it is the name or ARN of a managed one. */
function documentOf(logicalId: string, policy: Json): Json | undefined {
  if (!isMap(policy) || callOf(policy) !== undefined) return undefined;
  if (policy['Statement'] !== undefined) return { Version: '2012-10-17', ...policy };
  const [name] = Object.keys(policy);
  const template = name !== undefined && Object.hasOwn(policyTemplates, name) ? policyTemplates[name] : undefined;
  if (template === undefined) {
    throw new InvalidResource(
      logicalId,
      `Policy at index 0 in the 'Policies' property is not valid: ${String(name)} is no policy template that is known here`,
    );
  }
  const parameters = isMap(policy[name!]) ? (policy[name!] as JsonMap) : {};
  const missing = template.parameters.filter((each) => parameters[each] === undefined);
  if (missing.length > 0) {
    throw new InvalidResource(
      logicalId,
      `Missing required parameter values for policy template '${name}': ${missing.join(', ')}`,
    );
  }
  return { Version: '2012-10-17', Statement: template.statements(parameters) };
}

function arnOf(policy: Json, resources: JsonMap): Json {
  if (typeof policy !== 'string') return policy;
  if (policy.startsWith('arn:') || Object.hasOwn(resources, policy)) return policy;
  // Names of AWS's own policies stand for their ARNs.
  return managed(
    /^AWSLambda(?:BasicExecutionRole|VPCAccessExecutionRole|SQSQueueExecutionRole|DynamoDBExecutionRole|KinesisExecutionRole|Role)$/.test(
      policy,
    )
      ? `service-role/${policy}`
      : policy,
  );
}
