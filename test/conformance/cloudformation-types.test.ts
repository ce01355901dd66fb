/** Every type of resource that stacks can make: made, changed in place, and taken away again without a trace. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import {
  GetAccountCommand,
  GetApiKeysCommand,
  GetAuthorizersCommand,
  GetDeploymentsCommand,
  GetDocumentationPartsCommand,
  GetMethodCommand,
  GetRestApiCommand,
  GetStageCommand,
  GetUsagePlansCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, GetApiCommand, GetRoutesCommand, GetStagesCommand } from '@aws-sdk/client-apigatewayv2';
import { ListStackResourcesCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetWebACLForResourceCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { resourceTypeNames } from '../../src/companions/cloudformation/types/registry.ts';
import { clientConfig } from '../support/gatewright-in-process.ts';
import { type StacksUnderTest, withStacks } from '../support/stacks-under-test.ts';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; [more: string]: unknown }>;

const seen = new Set<string>();
const ref = (Ref: string) => ({ Ref });
const att = (...path: string[]) => ({ 'Fn::GetAtt': path });

/** Creates, then updates, each asserted to end well. */
async function lives(stacks: StacksUnderTest, name: string, first: object, second: object): Promise<void> {
  for (const { Type } of Object.values((first as { Resources: Resources }).Resources)) seen.add(Type);
  const made = await stacks.create(name, first);
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.events(made.StackId!)).join('\n'));
  const changed = await stacks.update(name, second);
  assert.equal(changed.StackStatus, 'UPDATE_COMPLETE', (await stacks.events(name)).join('\n'));
}

async function dies(stacks: StacksUnderTest, name: string): Promise<void> {
  const gone = await stacks.delete(name);
  assert.equal(gone.StackStatus, 'DELETE_COMPLETE', (await stacks.events(gone.StackId!)).join('\n'));
}

async function physicalId({ client }: StacksUnderTest, StackName: string, logicalId: string): Promise<string> {
  const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName }));
  return StackResourceSummaries!.find(({ LogicalResourceId }) => LogicalResourceId === logicalId)!.PhysicalResourceId!;
}

const restTemplate = (isChanged: boolean) => ({
  Resources: {
    LogRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs'],
      },
    },
    Account: { Type: 'AWS::ApiGateway::Account', Properties: { CloudWatchRoleArn: att('LogRole', 'Arn') } },
    Certificate: { Type: 'AWS::ApiGateway::ClientCertificate', Properties: { Description: isChanged ? 'b' : 'a' } },
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {
        ...{
          Name: isChanged ? 'after' : 'before',
          Description: 'd',
          BinaryMediaTypes: isChanged ? ['image/png'] : ['image/jpeg', 'image/png'],
        },
        ...{
          EndpointConfiguration: { Types: ['REGIONAL'] },
          MinimumCompressionSize: isChanged ? 100 : '10',
          ApiKeySourceType: 'HEADER',
        },
        Tags: [{ Key: 'team', Value: isChanged ? 'two' : 'one' }],
        Policy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
        },
      },
    },
    Pets: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: ref('Api'), ParentId: att('Api', 'RootResourceId'), PathPart: 'pets' },
    },
    Pet: {
      Type: 'AWS::ApiGateway::Model',
      Properties: {
        RestApiId: ref('Api'),
        Name: 'Pet',
        ContentType: 'application/json',
        Schema: { type: 'object', title: isChanged ? 'b' : 'a' },
      },
    },
    Validator: {
      Type: 'AWS::ApiGateway::RequestValidator',
      Properties: {
        RestApiId: ref('Api'),
        Name: 'v',
        ValidateRequestBody: !isChanged,
        ValidateRequestParameters: true,
      },
    },
    Guard: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        ...{
          RestApiId: ref('Api'),
          Name: isChanged ? 'guard2' : 'guard',
          Type: 'TOKEN',
          IdentitySource: 'method.request.header.Authorization',
          AuthorizerResultTtlInSeconds: isChanged ? 60 : 30,
        },
        AuthorizerUri:
          'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:guard/invocations',
      },
    },
    Get: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        ...{ RestApiId: ref('Api'), ResourceId: ref('Pets'), HttpMethod: 'GET', ApiKeyRequired: isChanged },
        ...{
          RequestParameters: { 'method.request.querystring.q': 'true' },
          RequestValidatorId: ref('Validator'),
          RequestModels: { 'application/json': ref('Pet') },
        },
        MethodResponses: [{ StatusCode: 200, ResponseParameters: { 'method.response.header.x': true } }],
        Integration: {
          ...{ Type: 'MOCK', RequestTemplates: { 'application/json': '{"statusCode": 200}' }, TimeoutInMillis: 5000 },
          IntegrationResponses: [
            {
              StatusCode: 200,
              ResponseParameters: { 'method.response.header.x': "'y'" },
              ResponseTemplates: { 'application/json': isChanged ? 'two' : 'one' },
            },
          ],
        },
      },
    },
    Unauthorized: {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: {
        RestApiId: ref('Api'),
        ResponseType: 'UNAUTHORIZED',
        StatusCode: isChanged ? '418' : '401',
        ResponseParameters: { 'gatewayresponse.header.x': "'y'" },
      },
    },
    Part: {
      Type: 'AWS::ApiGateway::DocumentationPart',
      Properties: {
        RestApiId: ref('Api'),
        Location: { Type: 'API' },
        Properties: `{"description":"${isChanged ? 'b' : 'a'}"}`,
      },
    },
    Documents: {
      Type: 'AWS::ApiGateway::DocumentationVersion',
      DependsOn: 'Part',
      Properties: { RestApiId: ref('Api'), DocumentationVersion: '1', Description: isChanged ? 'b' : 'a' },
    },
    [`Deployment${isChanged ? 2 : 1}`]: {
      Type: 'AWS::ApiGateway::Deployment',
      DependsOn: ['Get', 'Unauthorized'],
      Properties: { RestApiId: ref('Api') },
    },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: {
        ...{
          RestApiId: ref('Api'),
          StageName: 'dev',
          DeploymentId: ref(`Deployment${isChanged ? 2 : 1}`),
          ClientCertificateId: ref('Certificate'),
        },
        ...{
          Variables: isChanged ? { b: '2' } : { a: '1', b: '1' },
          TracingEnabled: isChanged,
          DocumentationVersion: ref('Documents'),
        },
        MethodSettings: isChanged
          ? [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 5, ThrottlingBurstLimit: 5 }]
          : [{ HttpMethod: 'GET', ResourcePath: '/pets', LoggingLevel: 'INFO' }],
        ...(!isChanged && { AccessLogSetting: { DestinationArn: att('Logs', 'Arn'), Format: '$context.requestId' } }),
      },
      DependsOn: 'Account',
    },
    Logs: { Type: 'AWS::Logs::LogGroup' },
    Key: { Type: 'AWS::ApiGateway::ApiKey', DependsOn: 'Stage', Properties: { Name: 'key', Enabled: isChanged } },
    Plan: {
      Type: 'AWS::ApiGateway::UsagePlan',
      Properties: {
        ...{
          UsagePlanName: isChanged ? 'plan2' : 'plan',
          Throttle: { RateLimit: isChanged ? 7 : 5, BurstLimit: 5 },
          Quota: { Limit: 10, Period: 'DAY' },
        },
        ApiStages: [
          {
            ApiId: ref('Api'),
            Stage: ref('Stage'),
            ...(isChanged && { Throttle: { '/pets/GET': { RateLimit: 1, BurstLimit: 1 } } }),
          },
        ],
      },
    },
    PlanKey: {
      Type: 'AWS::ApiGateway::UsagePlanKey',
      Properties: { KeyId: ref('Key'), KeyType: 'API_KEY', UsagePlanId: ref('Plan') },
    },
    Link: {
      Type: 'AWS::ApiGateway::VpcLink',
      Properties: {
        Name: isChanged ? 'link2' : 'link',
        TargetArns: ['arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/1'],
      },
    },
    Cert: {
      Type: 'AWS::CertificateManager::Certificate',
      Properties: { DomainName: 'pets.example.com', ValidationMethod: 'DNS' },
    },
    Domain: {
      Type: 'AWS::ApiGateway::DomainName',
      Properties: {
        DomainName: 'pets.example.com',
        RegionalCertificateArn: ref('Cert'),
        EndpointConfiguration: { Types: ['REGIONAL'] },
        SecurityPolicy: 'TLS_1_2',
      },
    },
    Mapping: {
      Type: 'AWS::ApiGateway::BasePathMapping',
      Properties: { DomainName: ref('Domain'), RestApiId: ref('Api'), Stage: ref('Stage'), BasePath: 'v1' },
    },
  },
});

const httpTemplate = (isChanged: boolean) => ({
  Resources: {
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        Name: isChanged ? 'after' : 'before',
        ProtocolType: 'HTTP',
        Tags: { team: isChanged ? 'two' : 'one' },
        CorsConfiguration: { AllowOrigins: ['*'], AllowMethods: isChanged ? ['GET', 'PUT'] : ['GET'] },
      },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: ref('Api'),
        IntegrationType: 'HTTP_PROXY',
        IntegrationMethod: 'GET',
        IntegrationUri: 'https://example.com',
        PayloadFormatVersion: '1.0',
        TimeoutInMillis: isChanged ? '4000' : 5000,
      },
    },
    Guard: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId: ref('Api'),
        Name: isChanged ? 'jwt2' : 'jwt',
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Audience: ['a'], Issuer: 'https://issuer.example.com' },
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ...{
          ApiId: ref('Api'),
          RouteKey: isChanged ? 'GET /cats' : 'GET /pets',
          Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
        },
        ...(!isChanged && { AuthorizationType: 'JWT', AuthorizerId: ref('Guard'), AuthorizationScopes: ['read'] }),
      },
    },
    Deployment: {
      Type: 'AWS::ApiGatewayV2::Deployment',
      DependsOn: 'Route',
      Properties: { ApiId: ref('Api'), Description: isChanged ? 'b' : 'a' },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId: ref('Api'),
        StageName: 'dev',
        DeploymentId: ref('Deployment'),
        StageVariables: { a: isChanged ? '2' : '1' },
        DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 10 },
        Tags: { team: 'x' },
      },
    },
    Link: { Type: 'AWS::ApiGatewayV2::VpcLink', Properties: { Name: isChanged ? 'l2' : 'l', SubnetIds: ['subnet-1'] } },
    Cert: { Type: 'AWS::CertificateManager::Certificate', Properties: { DomainName: 'http.example.com' } },
    Domain: {
      Type: 'AWS::ApiGatewayV2::DomainName',
      Properties: {
        DomainName: 'http.example.com',
        DomainNameConfigurations: [{ CertificateArn: ref('Cert'), EndpointType: 'REGIONAL' }],
      },
    },
    Mapping: {
      Type: 'AWS::ApiGatewayV2::ApiMapping',
      Properties: {
        ApiId: ref('Api'),
        DomainName: ref('Domain'),
        Stage: ref('Stage'),
        ApiMappingKey: isChanged ? 'v2' : 'v1',
      },
    },
    Quick: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: 'quick', ProtocolType: 'HTTP', Target: 'https://example.com' },
    },
    Override: {
      Type: 'AWS::ApiGatewayV2::ApiGatewayManagedOverrides',
      Properties: {
        ApiId: ref('Quick'),
        Integration: { TimeoutInMillis: isChanged ? 3000 : 2000 },
        Stage: { DefaultRouteSettings: { ThrottlingRateLimit: 3, ThrottlingBurstLimit: 3 } },
      },
    },
    Chat: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: 'chat', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
    },
    Said: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: ref('Chat'),
        IntegrationType: 'MOCK',
        RequestTemplates: { a: '{"statusCode":200}' },
        TemplateSelectionExpression: 'a',
      },
    },
    Answer: {
      Type: 'AWS::ApiGatewayV2::IntegrationResponse',
      Properties: {
        ApiId: ref('Chat'),
        IntegrationId: ref('Said'),
        IntegrationResponseKey: '$default',
        ResponseTemplates: { a: isChanged ? 'two' : 'one' },
        TemplateSelectionExpression: 'a',
      },
    },
    Word: {
      Type: 'AWS::ApiGatewayV2::Model',
      Properties: {
        ApiId: ref('Chat'),
        Name: isChanged ? 'Word2' : 'Word',
        ContentType: 'application/json',
        Schema: { type: 'object' },
      },
    },
    Say: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: ref('Chat'),
        RouteKey: 'say',
        Target: { 'Fn::Sub': 'integrations/${Said}' },
        RouteResponseSelectionExpression: '$default',
        RequestModels: { a: ref('Word') },
      },
    },
    SayBack: {
      Type: 'AWS::ApiGatewayV2::RouteResponse',
      Properties: { ApiId: ref('Chat'), RouteId: ref('Say'), RouteResponseKey: '$default' },
    },
  },
});

const identityTemplate = (isChanged: boolean) => {
  const document = (action: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  });
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const action = isChanged ? 'logs:PutLogEvents' : 'logs:CreateLogGroup';
  return {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: trust,
          Description: isChanged ? 'b' : 'a',
          Policies: [{ PolicyName: isChanged ? 'p2' : 'p', PolicyDocument: document(action) }],
          ManagedPolicyArns: isChanged ? [] : [ref('Managed')],
          Tags: [{ Key: 'a', Value: isChanged ? '2' : '1' }],
        },
      },
      User: {
        Type: 'AWS::IAM::User',
        Properties: { UserName: 'rex', Groups: isChanged ? [] : [ref('Group')], Path: isChanged ? '/dogs/' : '/' },
      },
      Group: {
        Type: 'AWS::IAM::Group',
        Properties: { GroupName: 'pets', Policies: [{ PolicyName: 'p', PolicyDocument: document(action) }] },
      },
      Addition: {
        Type: 'AWS::IAM::UserToGroupAddition',
        Properties: { GroupName: ref('Group2'), Users: isChanged ? [] : [ref('User')] },
      },
      Group2: { Type: 'AWS::IAM::Group' },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: isChanged ? 'inline2' : 'inline',
          PolicyDocument: document(action),
          Roles: [ref('Role')],
          Users: [ref('User')],
        },
      },
      OfRole: {
        Type: 'AWS::IAM::RolePolicy',
        Properties: { PolicyName: 'of-role', RoleName: ref('Role'), PolicyDocument: document(action) },
      },
      OfUser: {
        Type: 'AWS::IAM::UserPolicy',
        Properties: { PolicyName: 'of-user', UserName: ref('User'), PolicyDocument: document(action) },
      },
      OfGroup: {
        Type: 'AWS::IAM::GroupPolicy',
        Properties: { PolicyName: 'of-group', GroupName: ref('Group'), PolicyDocument: document(action) },
      },
      Managed: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: document(action), Users: [ref('User')] },
      },
      Key: {
        Type: 'AWS::IAM::AccessKey',
        Properties: { UserName: ref('User'), Status: isChanged ? 'Inactive' : 'Active' },
      },
      Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [ref('Role')] } },
      Linked: { Type: 'AWS::IAM::ServiceLinkedRole', Properties: { AWSServiceName: 'ops.apigateway.amazonaws.com' } },
      Provider: {
        Type: 'AWS::IAM::OIDCProvider',
        Properties: { Url: 'https://issuer.example.com', ClientIdList: ['a'], ThumbprintList: ['a'.repeat(40)] },
      },
      Pool: {
        Type: 'AWS::Cognito::UserPool',
        Properties: {
          ...{
            UserPoolName: 'pool',
            AutoVerifiedAttributes: ['email'],
            MfaConfiguration: 'OPTIONAL',
            EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
            UserPoolTags: { team: 'x' },
          },
          Policies: { PasswordPolicy: { MinimumLength: isChanged ? '10' : 8 } },
          Schema: [
            { Name: 'colour', AttributeDataType: 'String', Mutable: true },
            ...(isChanged ? [{ Name: 'size', AttributeDataType: 'Number', Mutable: true }] : []),
          ],
        },
      },
      Client: {
        Type: 'AWS::Cognito::UserPoolClient',
        Properties: {
          UserPoolId: ref('Pool'),
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
          RefreshTokenValidity: isChanged ? 10 : 5,
          GenerateSecret: true,
        },
      },
      PoolDomain: { Type: 'AWS::Cognito::UserPoolDomain', Properties: { Domain: 'pets', UserPoolId: ref('Pool') } },
      Admins: {
        Type: 'AWS::Cognito::UserPoolGroup',
        Properties: {
          GroupName: 'admins',
          UserPoolId: ref('Pool'),
          Description: isChanged ? 'b' : 'a',
          Precedence: '1',
        },
      },
      Server: {
        Type: 'AWS::Cognito::UserPoolResourceServer',
        Properties: {
          Identifier: 'https://api',
          Name: isChanged ? 'b' : 'a',
          UserPoolId: ref('Pool'),
          Scopes: [{ ScopeName: 'read', ScopeDescription: 'r' }],
        },
      },
      Outside: {
        Type: 'AWS::Cognito::UserPoolIdentityProvider',
        Properties: {
          UserPoolId: ref('Pool'),
          ProviderName: 'Outside',
          ProviderType: 'OIDC',
          ProviderDetails: {
            client_id: 'a',
            client_secret: isChanged ? 'c' : 'b',
            attributes_request_method: 'GET',
            oidc_issuer: 'https://issuer.example.com',
            authorize_scopes: 'openid',
          },
        },
      },
      PoolUser: {
        Type: 'AWS::Cognito::UserPoolUser',
        Properties: {
          UserPoolId: ref('Pool'),
          Username: 'rex',
          MessageAction: 'SUPPRESS',
          UserAttributes: [{ Name: 'email', Value: 'rex@example.com' }],
        },
      },
      Attachment: {
        Type: 'AWS::Cognito::UserPoolUserToGroupAttachment',
        Properties: { UserPoolId: ref('Pool'), GroupName: ref('Admins'), Username: ref('PoolUser') },
      },
      Identities: {
        Type: 'AWS::Cognito::IdentityPool',
        Properties: {
          AllowUnauthenticatedIdentities: isChanged,
          CognitoIdentityProviders: [{ ClientId: ref('Client'), ProviderName: att('Pool', 'ProviderName') }],
        },
      },
      Roles: {
        Type: 'AWS::Cognito::IdentityPoolRoleAttachment',
        Properties: { IdentityPoolId: ref('Identities'), Roles: { authenticated: att('Role', 'Arn') } },
      },
    },
    Outputs: {
      Secret: { Value: att('Key', 'SecretAccessKey') },
      ClientSecret: { Value: att('Client', 'ClientSecret') },
      Url: { Value: att('Pool', 'ProviderURL') },
    },
  };
};

const functionTemplate = (isChanged: boolean) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...{
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: att('Role', 'Arn'),
          MemorySize: isChanged ? '256' : 128,
          Timeout: isChanged ? 5 : 4,
        },
        ...{
          Code: { ZipFile: `exports.handler = async () => '${isChanged ? 'two' : 'one'}';` },
          Tags: [{ Key: 'a', Value: isChanged ? '2' : '1' }],
        },
        ...(!isChanged && { Environment: { Variables: { AA: '1' } }, ReservedConcurrentExecutions: 2 }),
      },
    },
    [`Version${isChanged ? 2 : 1}`]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: ref('Function') } },
    Alias: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        Name: 'live',
        FunctionName: ref('Function'),
        FunctionVersion: att(`Version${isChanged ? 2 : 1}`, 'Version'),
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: ref('Alias'), Action: 'lambda:InvokeFunction', Principal: 'logs.amazonaws.com' },
    },
    Group: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: 'pets', RetentionInDays: isChanged ? 7 : '1', Tags: [{ Key: 'a', Value: '1' }] },
    },
    Stream: { Type: 'AWS::Logs::LogStream', Properties: { LogGroupName: ref('Group') } },
    Filter: {
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        LogGroupName: ref('Group'),
        FilterPattern: isChanged ? 'ERROR' : 'WARN',
        MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: '1' }],
      },
    },
    Subscription: {
      Type: 'AWS::Logs::SubscriptionFilter',
      DependsOn: 'Permission',
      Properties: { LogGroupName: ref('Group'), FilterPattern: isChanged ? 'a' : '', DestinationArn: ref('Alias') },
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        MetricName: '5XXError',
        Namespace: 'AWS/ApiGateway',
        Statistic: 'Sum',
        Period: '60',
        EvaluationPeriods: 1,
        Threshold: isChanged ? 2 : '1',
        ComparisonOperator: 'GreaterThanThreshold',
        Dimensions: [{ Name: 'ApiName', Value: 'a' }],
      },
    },
    Composite: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: { AlarmName: 'both', AlarmRule: { 'Fn::Sub': `ALARM("\${Alarm}")${isChanged ? ' OR FALSE' : ''}` } },
    },
    Board: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: { DashboardBody: `{"widgets":[]${isChanged ? ',"start":"-PT1H"' : ''}}` },
    },
    Rule: {
      Type: 'AWS::XRay::SamplingRule',
      Properties: {
        SamplingRule: {
          RuleName: 'r',
          FixedRate: isChanged ? 0.5 : 0.1,
          Host: '*',
          HTTPMethod: '*',
          Priority: 10,
          ReservoirSize: 1,
          ResourceARN: '*',
          ServiceName: '*',
          ServiceType: '*',
          URLPath: '*',
          Version: 1,
        },
      },
    },
    Addresses: {
      Type: 'AWS::WAFv2::IPSet',
      Properties: { Scope: 'REGIONAL', IPAddressVersion: 'IPV4', Addresses: isChanged ? ['192.0.2.0/24'] : [] },
    },
    Patterns: {
      Type: 'AWS::WAFv2::RegexPatternSet',
      Properties: { Scope: 'REGIONAL', RegularExpressionList: [isChanged ? 'b+' : 'a+'] },
    },
    Rules: {
      Type: 'AWS::WAFv2::RuleGroup',
      Properties: {
        Scope: 'REGIONAL',
        Capacity: 10,
        Rules: [],
        VisibilityConfig: { SampledRequestsEnabled: isChanged, CloudWatchMetricsEnabled: false, MetricName: 'm' },
      },
    },
    Acl: {
      Type: 'AWS::WAFv2::WebACL',
      Properties: {
        ...{
          Scope: 'REGIONAL',
          DefaultAction: { Allow: {} },
          VisibilityConfig: { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: false, MetricName: 'm' },
        },
        Rules: isChanged
          ? [
              {
                Name: 'r',
                Priority: 1,
                Action: { Block: {} },
                Statement: { IPSetReferenceStatement: { Arn: att('Addresses', 'Arn') } },
                VisibilityConfig: { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: false, MetricName: 'r' },
              },
            ]
          : [],
      },
    },
    AclLogs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'aws-waf-logs-pets' } },
    Logging: {
      Type: 'AWS::WAFv2::LoggingConfiguration',
      Properties: {
        ResourceArn: att('Acl', 'Arn'),
        LogDestinationConfigs: [{ 'Fn::Sub': 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${AclLogs}' }],
      },
    },
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {
        Body: {
          swagger: '2.0',
          info: { title: 'guarded', version: '1' },
          paths: {
            '/': {
              get: {
                responses: {},
                'x-amazon-apigateway-integration': {
                  type: 'mock',
                  requestTemplates: { 'application/json': '{"statusCode":200}' },
                  responses: { default: { statusCode: isChanged ? '201' : '200' } },
                },
              },
            },
          },
        },
      },
    },
    Deployment: {
      Type: 'AWS::ApiGateway::Deployment',
      Properties: {
        RestApiId: ref('Api'),
        StageName: 'dev',
        StageDescription: { LoggingLevel: 'OFF', Variables: { a: 'b' } },
      },
    },
    Association: {
      Type: 'AWS::WAFv2::WebACLAssociation',
      DependsOn: 'Deployment',
      Properties: {
        WebACLArn: att('Acl', 'Arn'),
        ResourceArn: { 'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}::/restapis/${Api}/stages/dev' },
      },
    },
    Repository: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'images' } },
    Metadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:x' } },
    Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
  },
});

describe('Types of resources', () => {
  test('REST APIs and everything around them', () =>
    withStacks(async (stacks) => {
      const { apigateway } = stacks.gatewright;
      await lives(stacks, 's', restTemplate(false), restTemplate(true));
      const restApiId = await physicalId(stacks, 's', 'Api');
      const api = await apigateway.send(new GetRestApiCommand({ restApiId }));
      assert.equal(api.name, 'after');
      assert.deepEqual(api.binaryMediaTypes, ['image/png']);
      assert.equal(api.minimumCompressionSize, 100);
      assert.deepEqual(api.tags, { team: 'two' });
      const stage = await apigateway.send(new GetStageCommand({ restApiId, stageName: 'dev' }));
      assert.deepEqual(stage.variables, { b: '2' });
      assert.deepEqual(Object.keys(stage.methodSettings!), ['*/*']);
      assert.equal(stage.accessLogSettings, undefined);
      assert.equal(stage.documentationVersion, '1');
      const { items: deployments } = await apigateway.send(new GetDeploymentsCommand({ restApiId }));
      assert.deepEqual(
        deployments!.map(({ id }) => id),
        [stage.deploymentId],
        'the earlier deployment is gone',
      );
      const method = await apigateway.send(
        new GetMethodCommand({ restApiId, resourceId: await physicalId(stacks, 's', 'Pets'), httpMethod: 'GET' }),
      );
      assert.equal(method.apiKeyRequired, true);
      assert.deepEqual(method.methodIntegration!.integrationResponses!['200']!.responseTemplates, {
        'application/json': 'two',
      });
      const { items: guards } = await apigateway.send(new GetAuthorizersCommand({ restApiId }));
      assert.deepEqual([guards![0]!.name, guards![0]!.authorizerResultTtlInSeconds], ['guard2', 60]);
      const { items: parts } = await apigateway.send(new GetDocumentationPartsCommand({ restApiId }));
      assert.equal(parts![0]!.properties, '{"description":"b"}');
      const { items: plans } = await apigateway.send(new GetUsagePlansCommand({}));
      assert.deepEqual([plans![0]!.name, plans![0]!.throttle!.rateLimit], ['plan2', 7]);
      assert.deepEqual(plans![0]!.apiStages![0]!.throttle, { '/pets/GET': { burstLimit: 1, rateLimit: 1 } });
      assert.match((await apigateway.send(new GetAccountCommand({}))).cloudwatchRoleArn!, /role\/s-LogRole-/);
      await dies(stacks, 's');
      assert.deepEqual((await apigateway.send(new GetApiKeysCommand({}))).items ?? [], []);
    }));

  test('HTTP and WebSocket APIs and everything around them', () =>
    withStacks(async (stacks) => {
      await lives(stacks, 's', httpTemplate(false), httpTemplate(true));
      const v2 = new ApiGatewayV2Client(clientConfig(stacks.gatewright.endpoint));
      const ApiId = await physicalId(stacks, 's', 'Api');
      const api = await v2.send(new GetApiCommand({ ApiId }));
      assert.equal(api.Name, 'after');
      assert.deepEqual(api.Tags, { team: 'two' });
      assert.deepEqual(api.CorsConfiguration!.AllowMethods, ['GET', 'PUT']);
      const { Items } = await v2.send(new GetRoutesCommand({ ApiId }));
      assert.deepEqual(
        Items!.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType]),
        [['GET /cats', 'NONE']],
      );
      const { Items: quick } = await v2.send(new GetStagesCommand({ ApiId: await physicalId(stacks, 's', 'Quick') }));
      assert.equal(quick![0]!.DefaultRouteSettings!.ThrottlingRateLimit, 3);
      v2.destroy();
      await dies(stacks, 's');
    }));

  test('private domains, their mappings, rules and who may reach them', () =>
    withStacks(async (stacks) => {
      const template = (Priority: number) => ({
        Resources: {
          Cert: { Type: 'AWS::CertificateManager::Certificate', Properties: { DomainName: 'private.example.com' } },
          Domain: {
            Type: 'AWS::ApiGateway::DomainNameV2',
            Properties: {
              ...{
                DomainName: 'private.example.com',
                CertificateArn: ref('Cert'),
                EndpointConfiguration: { Types: ['PRIVATE'] },
                SecurityPolicy: 'TLS_1_2',
              },
              Policy: {
                Version: '2012-10-17',
                Statement: [
                  { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
                ],
              },
            },
          },
          Api: {
            Type: 'AWS::ApiGateway::RestApi',
            Properties: {
              Body: {
                openapi: '3.0.1',
                info: { title: 'p', version: '1' },
                paths: { '/': { get: { 'x-amazon-apigateway-integration': { type: 'mock' } } } },
              },
              EndpointConfiguration: { Types: ['PRIVATE'] },
              Policy: {
                Version: '2012-10-17',
                Statement: [
                  { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
                ],
              },
            },
          },
          Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: ref('Api'), StageName: 'dev' } },
          Mapping: {
            Type: 'AWS::ApiGateway::BasePathMappingV2',
            DependsOn: 'Deployment',
            Properties: { DomainNameArn: ref('Domain'), RestApiId: ref('Api'), Stage: 'dev' },
          },
          Access: {
            Type: 'AWS::ApiGateway::DomainNameAccessAssociation',
            Properties: {
              DomainNameArn: ref('Domain'),
              AccessAssociationSource: 'vpce-0123456789abcdef0',
              AccessAssociationSourceType: 'VPCE',
            },
          },
          PublicCert: { Type: 'AWS::CertificateManager::Certificate', Properties: { DomainName: 'rules.example.com' } },
          Public: {
            Type: 'AWS::ApiGateway::DomainName',
            Properties: {
              DomainName: 'rules.example.com',
              RegionalCertificateArn: ref('PublicCert'),
              EndpointConfiguration: { Types: ['REGIONAL'] },
              RoutingMode: 'ROUTING_RULE_ONLY',
            },
          },
          Open: {
            Type: 'AWS::ApiGateway::RestApi',
            Properties: { Name: 'open', EndpointConfiguration: { Types: ['REGIONAL'] } },
          },
          Get: {
            Type: 'AWS::ApiGateway::Method',
            Properties: {
              RestApiId: ref('Open'),
              ResourceId: att('Open', 'RootResourceId'),
              HttpMethod: 'GET',
              AuthorizationType: 'NONE',
              Integration: { Type: 'MOCK' },
            },
          },
          OpenDeployment: {
            Type: 'AWS::ApiGateway::Deployment',
            DependsOn: 'Get',
            Properties: { RestApiId: ref('Open'), StageName: 'dev' },
          },
          Rule: {
            Type: 'AWS::ApiGatewayV2::RoutingRule',
            DependsOn: 'OpenDeployment',
            Properties: {
              DomainNameArn: att('Public', 'DomainNameArn'),
              Priority,
              Conditions: [{ MatchBasePaths: { AnyOf: ['v1'] } }],
              Actions: [{ InvokeApi: { ApiId: ref('Open'), Stage: 'dev', StripBasePath: true } }],
            },
          },
        },
      });
      await lives(stacks, 's', template(1), template(2));
      await dies(stacks, 's');
    }));

  test('IAM and Cognito', () =>
    withStacks(async (stacks) => {
      await lives(stacks, 's', identityTemplate(false), identityTemplate(true));
      const { Secret, ClientSecret, Url } = await stacks.outputs('s');
      assert.ok(Secret!.length === 40 && ClientSecret!.length > 40);
      assert.match(Url!, /^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_/);
      await dies(stacks, 's');
    }));

  test('functions, logs, alarms, web ACLs and what is only recorded', () =>
    withStacks(async (stacks) => {
      await lives(stacks, 's', functionTemplate(false), functionTemplate(true));
      // Another web ACL in the place of the first: what is taken away afterwards is the first one's association.
      const other = functionTemplate(true) as { Resources: Resources };
      other.Resources['Acl2'] = structuredClone(other.Resources['Acl']!);
      other.Resources['Association']!.Properties!['WebACLArn'] = att('Acl2', 'Arn');
      assert.equal((await stacks.update('s', other)).StackStatus, 'UPDATE_COMPLETE');
      const waf = new WAFV2Client(clientConfig(stacks.gatewright.endpoint));
      const ResourceArn = `arn:aws:apigateway:us-east-1::/restapis/${await physicalId(stacks, 's', 'Api')}/stages/dev`;
      const { WebACL } = await waf.send(new GetWebACLForResourceCommand({ ResourceArn }));
      waf.destroy();
      assert.match(WebACL!.Name!, /^s-Acl2-/);
      await dies(stacks, 's');
      const { StackSummaries } = await stacks.client.send(
        new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }),
      );
      assert.equal(StackSummaries!.length, 1);
    }));

  test('every type in the list is made here or in cloudformation-assets and cloudformation-callers', () => {
    const elsewhere = new Set([
      ...[
        'AWS::CloudFormation::Stack',
        'AWS::CloudFormation::CustomResource',
        'AWS::S3::Bucket',
        'AWS::S3::BucketPolicy',
      ],
      ...['AWS::SSM::Parameter', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::LayerVersion', 'AWS::Lambda::Url'],
    ]);
    assert.deepEqual(
      resourceTypeNames.filter((name) => !seen.has(name) && !elsewhere.has(name)),
      [],
    );
  });
});
