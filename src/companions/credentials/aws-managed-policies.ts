/**
 * The managed policies of AWS that callers of API Gateway and Lambda attach. A name that is not here does not exist: a policy with made-up content would
 * allow what nobody meant.
 */
import { compilePolicy } from '../../base/policy.ts';

export interface AwsManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly document: string;
}

const allow = (Action: string | string[], Resource: string | string[] = '*') => ({ Effect: 'Allow', Action, Resource });
const logging = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const tracing = [
  allow([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
];

const statements: Readonly<Record<string, readonly object[]>> = {
  '/AdministratorAccess': [allow('*')],
  // AWS's has a thousand actions; these are what it says of the services that are here.
  '/ReadOnlyAccess': [
    allow([
      ...['acm:Describe*', 'acm:Get*', 'acm:List*', 'apigateway:GET'],
      ...['cloudformation:Describe*', 'cloudformation:Detect*', 'cloudformation:Estimate*', 'cloudformation:Get*'],
      ...['cloudformation:List*', 'cloudformation:ValidateTemplate', 'cloudtrail:Describe*', 'cloudtrail:Get*'],
      ...['cloudtrail:List*', 'cloudtrail:LookupEvents', 'cloudwatch:Describe*', 'cloudwatch:Get*', 'cloudwatch:List*'],
      ...['cognito-identity:Describe*', 'cognito-identity:GetIdentityPoolRoles', 'cognito-identity:List*'],
      ...['cognito-identity:Lookup*', 'cognito-idp:AdminGet*', 'cognito-idp:AdminList*', 'cognito-idp:Describe*'],
      ...['cognito-idp:Get*', 'cognito-idp:List*', 'iam:Generate*', 'iam:Get*', 'iam:List*', 'iam:Simulate*'],
      ...['lambda:Get*', 'lambda:List*', 'logs:Describe*', 'logs:FilterLogEvents', 'logs:Get*', 'logs:List*'],
      ...['logs:TestMetricFilter', 's3:DescribeJob', 's3:Get*', 's3:List*', 'ssm:Describe*', 'ssm:Get*', 'ssm:List*'],
      ...[
        'sts:GetAccessKeyInfo',
        'sts:GetCallerIdentity',
        'sts:GetSessionToken',
        'wafv2:CheckCapacity',
        'wafv2:Describe*',
      ],
      ...['wafv2:Get*', 'wafv2:List*', 'xray:BatchGet*', 'xray:Get*'],
    ]),
  ],
  '/AWSCloudFormationFullAccess': [allow('cloudformation:*')],
  '/AWSCloudFormationReadOnlyAccess': [
    allow([
      ...['cloudformation:Describe*', 'cloudformation:EstimateTemplateCost', 'cloudformation:Get*'],
      ...['cloudformation:List*', 'cloudformation:ValidateTemplate', 'cloudformation:Detect*'],
    ]),
  ],
  '/PowerUserAccess': [
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    allow([
      'account:GetAccountInformation',
      'account:GetPrimaryEmail',
      'account:ListRegions',
      'iam:CreateServiceLinkedRole',
      'iam:DeleteServiceLinkedRole',
      'iam:ListRoles',
      'organizations:DescribeOrganization',
    ]),
  ],
  '/IAMFullAccess': [
    allow([
      'iam:*',
      'organizations:DescribeAccount',
      'organizations:DescribeOrganization',
      'organizations:DescribeOrganizationalUnit',
      'organizations:DescribePolicy',
      'organizations:ListChildren',
      'organizations:ListParents',
      'organizations:ListPoliciesForTarget',
      'organizations:ListRoots',
      'organizations:ListPolicies',
      'organizations:ListTargetsForPolicy',
    ]),
  ],
  '/IAMReadOnlyAccess': [
    allow([
      'iam:GenerateCredentialReport',
      'iam:GenerateServiceLastAccessedDetails',
      'iam:Get*',
      'iam:List*',
      'iam:SimulateCustomPolicy',
      'iam:SimulatePrincipalPolicy',
    ]),
  ],
  '/AmazonAPIGatewayAdministrator': [allow('apigateway:*', 'arn:aws:apigateway:*::/*')],
  '/AmazonAPIGatewayInvokeFullAccess': [
    allow(['execute-api:Invoke', 'execute-api:ManageConnections'], 'arn:aws:execute-api:*:*:*'),
  ],
  '/service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    allow([
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      'logs:GetLogEvents',
      'logs:FilterLogEvents',
    ]),
  ],
  '/service-role/AWSLambdaBasicExecutionRole': [allow(logging)],
  '/service-role/AWSLambdaRole': [allow('lambda:InvokeFunction')],
  '/service-role/AWSLambdaVPCAccessExecutionRole': [
    allow([
      ...logging,
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ]),
  ],
  '/service-role/AWSLambdaSQSQueueExecutionRole': [
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...logging]),
  ],
  '/service-role/AWSLambdaDynamoDBExecutionRole': [
    allow([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      ...logging,
    ]),
  ],
  '/AWSLambdaInvocation-DynamoDB': [
    allow('lambda:InvokeFunction'),
    allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams']),
  ],
  '/AWSLambdaExecute': [
    allow('logs:*', 'arn:aws:logs:*:*:*'),
    allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::*'),
  ],
  '/AmazonDynamoDBFullAccess': [
    allow([
      'dynamodb:*',
      'dax:*',
      'application-autoscaling:*',
      'cloudwatch:*',
      'kinesis:*',
      'lambda:*',
      'sns:*',
      'resource-groups:*',
      'tag:GetResources',
      'kms:DescribeKey',
      'kms:ListAliases',
      'iam:GetRole',
      'iam:ListRoles',
      'ec2:DescribeVpcs',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
    ]),
  ],
  '/AmazonDynamoDBReadOnlyAccess': [
    allow([
      'dynamodb:BatchGetItem',
      'dynamodb:Describe*',
      'dynamodb:List*',
      'dynamodb:Get*',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:PartiQLSelect',
    ]),
  ],
  '/AmazonSQSFullAccess': [allow('sqs:*')],
  '/AmazonSNSFullAccess': [allow('sns:*')],
  '/AmazonS3FullAccess': [allow(['s3:*', 's3-object-lambda:*'])],
  '/AmazonS3ReadOnlyAccess': [
    allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*']),
  ],
  '/AWSLambda_FullAccess': [
    allow([
      'lambda:*',
      'logs:*',
      'cloudwatch:ListMetrics',
      'cloudwatch:GetMetricData',
      'xray:GetTraceSummaries',
      'xray:BatchGetTraces',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
      'iam:ListRoles',
      'states:DescribeStateMachine',
      'states:ListStateMachines',
      'tag:GetResources',
      'kms:ListAliases',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'cloudformation:DescribeStacks',
      'cloudformation:ListStackResources',
    ]),
    { ...allow('iam:PassRole'), Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } },
  ],
  '/AWSLambda_ReadOnlyAccess': [
    allow(['lambda:Get*', 'lambda:List*', 'logs:Describe*', 'logs:Get*', 'logs:FilterLogEvents']),
  ],
  '/AWSStepFunctionsFullAccess': [allow('states:*')],
  '/AWSXRayDaemonWriteAccess': tracing,
  '/AWSXrayWriteOnlyAccess': tracing,
  '/CloudWatchLogsFullAccess': [allow(['logs:*', 'cloudwatch:GenerateQuery'])],
  '/CloudWatchFullAccess': [allow(['autoscaling:Describe*', 'cloudwatch:*', 'logs:*', 'sns:*'])],
  '/AmazonCognitoPowerUser': [
    allow([
      'cognito-identity:*',
      'cognito-idp:*',
      'cognito-sync:*',
      'iam:ListRoles',
      'iam:ListOpenIdConnectProviders',
      'sns:ListPlatformApplications',
    ]),
  ],
  '/aws-service-role/APIGatewayServiceRolePolicy': [
    allow([
      'elasticloadbalancing:*Listener*',
      'elasticloadbalancing:*Rules',
      'elasticloadbalancing:ModifyListener',
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingTargets',
      'xray:GetSamplingRules',
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'servicediscovery:DiscoverInstances',
    ]),
  ],
};

/** By ARN. */
export const awsManagedPolicies: ReadonlyMap<string, AwsManagedPolicy> = new Map(
  Object.entries(statements).map(([pathAndName, Statement]) => {
    const at = pathAndName.lastIndexOf('/') + 1;
    const [path, name] = [pathAndName.slice(0, at), pathAndName.slice(at)];
    const arn = `arn:aws:iam::aws:policy${pathAndName}`;
    return [arn, { arn, name, path, id: idOf(name), document: JSON.stringify({ Version: '2012-10-17', Statement }) }];
  }),
);

const compiled = new Map<string, ReturnType<typeof compilePolicy>>();

/** Compiled once per process; undefined for a policy AWS does not have, or we do not know. */
export function compiledAwsPolicy(arn: string): ReturnType<typeof compilePolicy> | undefined {
  const policy = awsManagedPolicies.get(arn);
  if (policy === undefined) return undefined;
  let known = compiled.get(arn);
  if (known === undefined) {
    known = compilePolicy(JSON.parse(policy.document), 'identity');
    compiled.set(arn, known);
  }
  return known;
}

/** An id that is the same on every start; AWS's own are not published. */
function idOf(name: string): string {
  let hash = 0;
  let id = 'ANPA';
  for (let i = 0; i < 17; i++) {
    for (const char of name) hash = (Math.imul(hash, 31) + char.charCodeAt(0) + i) >>> 0;
    id += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[hash & 31];
  }
  return id;
}
