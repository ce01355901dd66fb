/** SAM templates: the transform AWS::Serverless-2016-10-31 makes the resources, under the logical ids that SAM gives, and they answer. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeChangeSetCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { type StacksUnderTest, withStacks } from '../support/stacks-under-test.ts';

const sam = 'AWS::Serverless-2016-10-31';
const inline = (body: string) => ({
  Handler: 'index.handler',
  Runtime: 'nodejs22.x',
  InlineCode: `exports.handler = async (event) => (${body});`,
});
const saying = (text: string) => inline(`{ statusCode: 200, body: '${text} ' + (event.path ?? event.rawPath) }`);

async function logicalIds({ client }: StacksUnderTest, StackName: string): Promise<Map<string, string>> {
  const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName }));
  return new Map(StackResourceSummaries!.map((each) => [each.LogicalResourceId!, each.ResourceType!]));
}

describe('SAM', () => {
  test('a function with an Api event is reached at stage Prod of ServerlessRestApi', () =>
    withStacks(async (stacks) => {
      const template = {
        Transform: sam,
        Globals: { Function: { Timeout: 5 }, Api: { Cors: "'*'" } },
        Resources: {
          Hello: {
            Type: 'AWS::Serverless::Function',
            Properties: {
              ...saying('hello'),
              Events: { Get: { Type: 'Api', Properties: { Path: '/hello/{name}', Method: 'get' } } },
            },
          },
        },
        Outputs: { Api: { Value: { Ref: 'ServerlessRestApi' } }, Stage: { Value: { Ref: 'ServerlessRestApi.Stage' } } },
      };
      assert.equal(
        (await stacks.create('s', template)).StackStatus,
        'CREATE_COMPLETE',
        (await stacks.events('s')).join('\n'),
      );
      const ids = await logicalIds(stacks, 's');
      assert.deepEqual([...ids.keys()].map((id) => id.replace(/[0-9a-f]{10}$/, 'HASH')).sort(), [
        'Hello',
        'HelloGetPermissionProd',
        'HelloRole',
        'ServerlessRestApi',
        'ServerlessRestApiDeploymentHASH',
        'ServerlessRestApiProdStage',
      ]);
      const { Api, Stage } = await stacks.outputs('s');
      assert.equal(Stage, 'Prod');
      const url = stacks.gatewright.invokeUrl(Api!, 'Prod');
      assert.equal(await (await fetch(`${url}/hello/rex`)).text(), 'hello /hello/rex');
      const preflight = await fetch(`${url}/hello/rex`, { method: 'OPTIONS' });
      assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
      assert.equal(preflight.headers.get('access-control-allow-methods'), 'GET,OPTIONS');

      // Another path is another document, and with it another deployment.
      const more = structuredClone(template) as typeof template & {
        Resources: { Hello: { Properties: { Events: Record<string, unknown> } } };
      };
      more.Resources.Hello.Properties.Events['Post'] = { Type: 'Api', Properties: { Path: '/more', Method: 'any' } };
      assert.equal((await stacks.update('s', more)).StackStatus, 'UPDATE_COMPLETE');
      assert.equal(await (await fetch(`${url}/more`, { method: 'PUT' })).text(), 'hello /more');
      assert.equal((await stacks.delete('s')).StackStatus, 'DELETE_COMPLETE');
    }));

  test('an HTTP API is reached at its $default stage; a function of it by its alias', () =>
    withStacks(async (stacks) => {
      const template = (text: string) => ({
        Transform: sam,
        Resources: {
          Hello: {
            Type: 'AWS::Serverless::Function',
            Properties: {
              ...saying(text),
              AutoPublishAlias: 'live',
              Events: {
                Get: { Type: 'HttpApi', Properties: { Path: '/pets', Method: 'GET' } },
                Rest: { Type: 'HttpApi' },
              },
            },
          },
        },
        Outputs: { Api: { Value: { Ref: 'ServerlessHttpApi' } }, Alias: { Value: { Ref: 'Hello.Alias' } } },
      });
      assert.equal(
        (await stacks.create('s', template('one'))).StackStatus,
        'CREATE_COMPLETE',
        (await stacks.events('s')).join('\n'),
      );
      const ids = [...(await logicalIds(stacks, 's')).keys()].map((id) => id.replace(/[0-9a-f]{10}$/, 'HASH')).sort();
      assert.deepEqual(ids, [
        ...['Hello', 'HelloAliaslive', 'HelloGetPermission', 'HelloRestPermission', 'HelloRole', 'HelloVersionHASH'],
        ...['ServerlessHttpApi', 'ServerlessHttpApiApiGatewayDefaultStage'],
      ]);
      const { Api, Alias } = await stacks.outputs('s');
      assert.match(Alias!, /:live$/);
      const get = async (path: string) =>
        (await fetch(`${stacks.gatewright.endpoint}/_aws/execute-api/${Api}/$default${path}`)).text();
      assert.equal(await get('/pets'), 'one /pets');
      assert.match(await get('/elsewhere'), /^one /);
      await stacks.update('s', template('two'));
      assert.equal(await get('/pets'), 'two /pets', 'the alias leads to the new version');
    }));

  test('authorizers, keys and validation of a serverless Api guard its methods', () =>
    withStacks(async (stacks) => {
      const template = {
        Transform: sam,
        Parameters: { StageName: { Type: 'String', Default: 'dev' } },
        Resources: {
          Api: {
            Type: 'AWS::Serverless::Api',
            Properties: {
              StageName: { Ref: 'StageName' },
              EndpointConfiguration: { Type: 'REGIONAL' },
              Auth: {
                DefaultAuthorizer: 'Token',
                Authorizers: {
                  Token: { FunctionArn: { 'Fn::GetAtt': ['Guard', 'Arn'] } },
                  Pool: { UserPoolArn: { 'Fn::GetAtt': ['Users', 'Arn'] } },
                },
                UsagePlan: { CreateUsagePlan: 'PER_API' },
              },
              Models: { Pet: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
              GatewayResponses: {
                UNAUTHORIZED: { StatusCode: 418, ResponseParameters: { Headers: { 'x-who': "'nobody'" } } },
              },
            },
          },
          Users: { Type: 'AWS::Cognito::UserPool', Properties: {} },
          Guard: {
            Type: 'AWS::Serverless::Function',
            Properties: inline(
              "{ principalId: 'me', policyDocument: { Version: '2012-10-17', Statement: [{ Effect: event.authorizationToken === 'yes' ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource: event.methodArn }] } }",
            ),
          },
          Pets: {
            Type: 'AWS::Serverless::Function',
            Properties: {
              ...saying('pets'),
              Policies: ['AWSXrayWriteOnlyAccess', { S3ReadPolicy: { BucketName: 'b' } }],
              Events: {
                Guarded: { Type: 'Api', Properties: { RestApiId: { Ref: 'Api' }, Path: '/guarded', Method: 'GET' } },
                Open: {
                  Type: 'Api',
                  Properties: { RestApiId: { Ref: 'Api' }, Path: '/open', Method: 'GET', Auth: { Authorizer: 'NONE' } },
                },
                Signed: {
                  Type: 'Api',
                  Properties: {
                    RestApiId: { Ref: 'Api' },
                    Path: '/signed',
                    Method: 'GET',
                    Auth: { Authorizer: 'AWS_IAM' },
                  },
                },
                Keyed: {
                  Type: 'Api',
                  Properties: {
                    RestApiId: { Ref: 'Api' },
                    Path: '/keyed',
                    Method: 'GET',
                    Auth: { Authorizer: 'NONE', ApiKeyRequired: true },
                  },
                },
                Valid: {
                  Type: 'Api',
                  Properties: {
                    RestApiId: { Ref: 'Api' },
                    Path: '/valid',
                    Method: 'POST',
                    Auth: { Authorizer: 'NONE' },
                    RequestModel: { Model: 'Pet', Required: true, ValidateBody: true },
                  },
                },
              },
            },
          },
        },
        Outputs: { Api: { Value: { Ref: 'Api' } } },
      };
      assert.equal(
        (await stacks.create('s', template)).StackStatus,
        'CREATE_COMPLETE',
        (await stacks.events('s')).join('\n'),
      );
      const ids = await logicalIds(stacks, 's');
      for (const id of [
        'ApidevStage',
        'ApiTokenAuthorizerPermission',
        'ApiUsagePlan',
        'ApiApiKey',
        'ApiUsagePlanKey',
        'PetsGuardedPermissiondev',
      ]) {
        assert.ok(ids.has(id), id);
      }
      const { Api } = await stacks.outputs('s');
      const url = stacks.gatewright.invokeUrl(Api!, 'dev');
      const status = async (path: string, init: RequestInit = {}) => (await fetch(`${url}${path}`, init)).status;
      assert.equal(await status('/guarded', { headers: { authorization: 'yes' } }), 200);
      assert.equal(await status('/guarded', { headers: { authorization: 'no' } }), 403);
      const nobody = await fetch(`${url}/guarded`);
      assert.deepEqual([nobody.status, nobody.headers.get('x-who')], [418, 'nobody']);
      assert.equal(await status('/open'), 200);
      assert.equal(await status('/signed'), 403);
      assert.equal(await status('/keyed'), 403);
      assert.equal(
        await status('/valid', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }),
        400,
      );
      assert.equal(
        await status('/valid', {
          method: 'POST',
          body: '{"name":"rex"}',
          headers: { 'content-type': 'application/json' },
        }),
        200,
      );
    }));

  test('what SAM cannot make is refused before anything is made', () =>
    withStacks(async ({ client }) => {
      const create = (Resources: object, more: object = {}) =>
        client.send(
          new CreateStackCommand({
            ...{ StackName: 's', TemplateBody: JSON.stringify({ Transform: sam, Resources, ...more }) },
            Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
          }),
        );
      const prefix = `Transform ${sam} failed with: Invalid Serverless Application Specification document. Number of errors found: 1. `;
      const fn = (properties: object) => ({
        F: { Type: 'AWS::Serverless::Function', Properties: { ...saying('x'), ...properties } },
      });
      await assert.rejects(create(fn({ Events: { Often: { Type: 'Schedule', Properties: {} } } })), {
        message: `${prefix}Resource with id [F] is invalid. Event with id [Often] is invalid. Events of type Schedule are not supported here: Gatewright has no service that sends them.`,
      });
      await assert.rejects(create({ A: { Type: 'AWS::Serverless::Api', Properties: {} } }), {
        message: `${prefix}Resource with id [A] is invalid. Missing required property 'StageName'.`,
      });
      await assert.rejects(create(fn({ Nonsense: 1 })), {
        message: `${prefix}Resource with id [F] is invalid. property Nonsense not defined for resource of type AWS::Serverless::Function`,
      });
      await assert.rejects(
        client.send(
          new CreateStackCommand({
            StackName: 's',
            TemplateBody: JSON.stringify({ Transform: sam, Resources: fn({}) }),
            Capabilities: ['CAPABILITY_IAM'],
          }),
        ),
        { name: 'InsufficientCapabilitiesException', message: 'Requires capabilities : [CAPABILITY_AUTO_EXPAND]' },
      );
      await assert.rejects(
        client.send(
          new CreateStackCommand({
            StackName: 's',
            TemplateBody: JSON.stringify({ Transform: 'Mine', Resources: fn({}) }),
            Capabilities: ['CAPABILITY_AUTO_EXPAND'],
          }),
        ),
        { message: 'No transform named 000000000000::Mine found.' },
      );
    }));

  test('change sets show what the transform makes, and loops of AWS::LanguageExtensions are unrolled', () =>
    withStacks(async ({ client, create }) => {
      const TemplateBody = `
Transform: AWS::LanguageExtensions
Mappings: {M: {a: {Days: 7}}}
Resources:
  Fn::ForEach::Groups:
    - Name
    - [first, second]
    - 'Group\${Name}':
        Type: AWS::Logs::LogGroup
        Properties: {LogGroupName: !Sub '/loop/\${Name}', RetentionInDays: !FindInMap [M, !Ref Name, Days, {DefaultValue: 14}]}
Outputs:
  Count: {Value: !Length [a, b, c]}
  Text: {Value: !ToJsonString {a: !Ref Groupfirst}}
`;
      await client.send(
        new CreateChangeSetCommand({ StackName: 's', ChangeSetName: 'c', ChangeSetType: 'CREATE', TemplateBody }),
      );
      const { Changes } = await client.send(new DescribeChangeSetCommand({ StackName: 's', ChangeSetName: 'c' }));
      assert.deepEqual(
        Changes!.map(({ ResourceChange }) => ResourceChange!.LogicalResourceId),
        ['Groupfirst', 'Groupsecond'],
      );
      const made = await create('t', TemplateBody);
      assert.deepEqual(
        Object.fromEntries(made.Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
        { Count: '3', Text: '{"a":"/loop/first"}' },
      );
      const { TemplateBody: processed } = await client.send(
        new GetTemplateCommand({ StackName: 't', TemplateStage: 'Processed' }),
      );
      assert.deepEqual(Object.keys(JSON.parse(processed!).Resources), ['Groupfirst', 'Groupsecond']);
    }));
});
