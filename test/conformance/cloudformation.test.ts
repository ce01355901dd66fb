/** CloudFormation's stacks through the official SDK: made, changed, rolled back, deleted, and what templates may say. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { GetRestApisCommand, GetStagesCommand } from '@aws-sdk/client-api-gateway';
import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  ExecuteChangeSetCommand,
  GetStackPolicyCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListExportsCommand,
  ListImportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
  ValidateTemplateCommand,
  waitUntilChangeSetCreateComplete,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { type StacksUnderTest, withStacks } from '../support/stacks-under-test.ts';

const group = (properties: object = {}, more: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: properties,
  ...more,
});

const petStore = (message: string) => `
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  StageName: {Type: String, Default: dev, AllowedValues: [dev, prod]}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Environment: {Variables: {STAGE: !Ref StageName}}
      Code:
        ZipFile: !Sub |
          exports.handler = async (event) => ({ statusCode: 200, body: '${message} ' + event.path + ' ' + process.env.STAGE });
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: !Sub '\${AWS::StackName}-api', EndpointConfiguration: {Types: [REGIONAL]}}
  Pets:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: pets}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Pets
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub 'arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Function.Arn}/invocations'
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub 'arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*/GET/pets'
  Deployment:
    Type: AWS::ApiGateway::Deployment
    DependsOn: Get
    Properties: {RestApiId: !Ref Api}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: !Ref Api
      DeploymentId: !Ref Deployment
      StageName: !Ref StageName
      MethodSettings:
        - {HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: '100', ThrottlingBurstLimit: 50}
        - {HttpMethod: GET, ResourcePath: '/~1pets', MetricsEnabled: 'true'}
Outputs:
  ApiId: {Value: !Ref Api, Export: {Name: !Sub '\${AWS::StackName}-ApiId'}}
`;

async function refused(work: Promise<unknown>, message: string | RegExp, name = 'ValidationError'): Promise<void> {
  await assert.rejects(work, (error: Error) => {
    assert.equal(error.name, name, error.message);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

const create = ({ client }: StacksUnderTest, template: object | string, more: object = {}) =>
  client.send(
    new CreateStackCommand({
      ...{ StackName: 'refused', TemplateBody: typeof template === 'string' ? template : JSON.stringify(template) },
      ...more,
    }),
  );

describe('CloudFormation', () => {
  test('a REST API with its function comes, answers, changes in place and goes', () =>
    withStacks(async (stacks) => {
      const { gatewright } = stacks;
      const made = await stacks.create('pets', petStore('hello'));
      assert.equal(made.StackStatus, 'CREATE_COMPLETE');
      assert.match(made.StackId!, /^arn:aws:cloudformation:us-east-1:000000000000:stack\/pets\/[0-9a-f-]{36}$/);
      const { ApiId } = await stacks.outputs('pets');
      const get = async (stage: string) => (await fetch(`${gatewright.invokeUrl(ApiId!, stage)}/pets`)).text();
      assert.equal(await get('dev'), 'hello /pets dev');
      const { item } = await gatewright.apigateway.send(new GetStagesCommand({ restApiId: ApiId! }));
      assert.equal(item![0]!.methodSettings!['*/*']!.throttlingRateLimit, 100);
      assert.equal(item![0]!.methodSettings!['~1pets/GET']!.metricsEnabled, true);

      const changed = await stacks.update('pets', petStore('good day'));
      assert.equal(changed.StackStatus, 'UPDATE_COMPLETE');
      assert.equal(await get('dev'), 'good day /pets dev');
      const events = await stacks.events('pets');
      assert.ok(events.includes('Function UPDATE_COMPLETE'));
      assert.ok(!events.some((event) => event.startsWith('Api UPDATE')), 'what stays the same is left alone');

      // Another stage name is another stage.
      await stacks.update('pets', petStore('good day'), {
        Parameters: [{ ParameterKey: 'StageName', ParameterValue: 'prod' }],
      });
      assert.equal(await get('prod'), 'good day /pets prod');
      const stages = await gatewright.apigateway.send(new GetStagesCommand({ restApiId: ApiId! }));
      assert.deepEqual(
        stages.item!.map(({ stageName }) => stageName),
        ['prod'],
      );

      const { StackResources } = await stacks.client.send(new DescribeStackResourcesCommand({ StackName: 'pets' }));
      const name = StackResources!.find(({ LogicalResourceId }) => LogicalResourceId === 'Function')!
        .PhysicalResourceId!;
      assert.match(name, /^pets-Function-[A-Za-z0-9]{12}$/);
      const gone = await stacks.delete('pets');
      assert.equal(gone.StackStatus, 'DELETE_COMPLETE');
      assert.deepEqual((await gatewright.apigateway.send(new GetRestApisCommand({}))).items ?? [], []);
      await assert.rejects(gatewright.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })), {
        name: 'ResourceNotFoundException',
      });
      await refused(stacks.describe('pets'), 'Stack with id pets does not exist');
    }));

  test('a failure takes back what was made, and says why', () =>
    withStacks(async (stacks) => {
      const template = {
        Resources: {
          First: group({ LogGroupName: 'first' }),
          Second: { ...group({ LogGroupName: 'not a name!' }), DependsOn: 'First' },
        },
      };
      const failed = await stacks.create('failing', template);
      assert.equal(failed.StackStatus, 'ROLLBACK_COMPLETE');
      const events = await stacks.events('failing');
      assert.match(
        events.find((event) => event.startsWith('Second CREATE_FAILED'))!,
        /Resource handler returned message: ".*\(Service: CloudWatchLogs, Status Code: 400, Request ID: [0-9a-f-]{36}\)" \(RequestToken: [0-9a-f-]{36}, HandlerErrorCode: InvalidRequest\)$/,
      );
      assert.ok(
        events.includes(
          'failing ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Second]. Rollback requested by user.',
        ),
      );
      assert.ok(events.includes('First DELETE_COMPLETE'));
      await refused(
        stacks.update('failing', template),
        /^Stack:arn:.* is in ROLLBACK_COMPLETE state and can not be updated\.$/,
      );
      await stacks.delete('failing');

      const kept = await stacks.create('kept', template, { DisableRollback: true });
      assert.equal(kept.StackStatus, 'CREATE_FAILED');
      await stacks.delete('kept');
      await stacks.create('deleted', template, { OnFailure: 'DELETE' });
      await refused(stacks.describe('deleted'), /does not exist/);
    }));

  test('an update that fails goes back to what was', () =>
    withStacks(async (stacks) => {
      const template = (days: number, more: object = {}) => ({
        Resources: { Group: group({ LogGroupName: 'g', RetentionInDays: days }), ...more },
        Outputs: { Days: { Value: String(days) } },
      });
      await stacks.create('s', template(7));
      const back = await stacks.update(
        's',
        template(30, { Bad: group({ LogGroupName: '!' }, { DependsOn: 'Group' }) }),
      );
      assert.equal(back.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
      assert.deepEqual(await stacks.outputs('s'), { Days: '7' });
      const { StackResourceSummaries } = await stacks.client.send(new ListStackResourcesCommand({ StackName: 's' }));
      assert.deepEqual(
        StackResourceSummaries!.map(({ LogicalResourceId, ResourceStatus }) => [LogicalResourceId, ResourceStatus]),
        [['Group', 'UPDATE_COMPLETE']],
      );
      assert.equal((await stacks.update('s', template(30))).StackStatus, 'UPDATE_COMPLETE');
      await refused(stacks.update('s', template(30)), 'No updates are to be performed.');
    }));

  test('what has to be another resource is replaced, and what left the template is deleted or kept by its policy', () =>
    withStacks(async (stacks) => {
      await stacks.create('s', {
        Resources: {
          Replaced: group({ LogGroupName: 'one' }),
          Removed: group({ LogGroupName: 'removed' }),
          Retained: group({ LogGroupName: 'retained' }, { DeletionPolicy: 'Retain' }),
        },
      });
      await stacks.update('s', { Resources: { Replaced: group({ LogGroupName: 'two' }) } });
      const events = await stacks.events('s');
      assert.ok(
        events.includes(
          'Replaced UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.',
        ),
      );
      const from = events.indexOf('s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      assert.deepEqual(events.slice(from + 1), [
        ...['Replaced DELETE_IN_PROGRESS', 'Replaced DELETE_COMPLETE'],
        ...['Retained DELETE_SKIPPED', 'Removed DELETE_IN_PROGRESS', 'Removed DELETE_COMPLETE', 's UPDATE_COMPLETE'],
      ]);
      const { StackResourceDetail } = await stacks.client.send(
        new DescribeStackResourceCommand({ StackName: 's', LogicalResourceId: 'Replaced' }),
      );
      assert.equal(StackResourceDetail!.PhysicalResourceId, 'two');
      await refused(
        stacks.client.send(new DescribeStackResourceCommand({ StackName: 's', LogicalResourceId: 'Removed' })),
        'Resource Removed does not exist for stack s',
      );
    }));

  test('the waiters of the SDK see a change set through', () =>
    withStacks(async ({ client }) => {
      const wait = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
      const set = (ChangeSetName: string, ChangeSetType: 'CREATE' | 'UPDATE', RetentionInDays: number) =>
        client.send(
          new CreateChangeSetCommand({
            ...{ StackName: 's', ChangeSetName, ChangeSetType },
            TemplateBody: JSON.stringify({
              Resources: {
                Group: group({ LogGroupName: 'g', RetentionInDays }),
                Other: group({ LogGroupName: `o${RetentionInDays}` }),
              },
            }),
          }),
        );
      const first = await set('first', 'CREATE', 7);
      await waitUntilChangeSetCreateComplete(wait, { ChangeSetName: first.Id! });
      const reviewed = await client.send(new ListStacksCommand({ StackStatusFilter: ['REVIEW_IN_PROGRESS'] }));
      assert.equal(reviewed.StackSummaries![0]!.StackName, 's');
      await client.send(new ExecuteChangeSetCommand({ ChangeSetName: first.Id! }));
      await waitUntilStackCreateComplete(wait, { StackName: 's' });

      await set('second', 'UPDATE', 30);
      const shown = await client.send(new DescribeChangeSetCommand({ StackName: 's', ChangeSetName: 'second' }));
      assert.equal(shown.ExecutionStatus, 'AVAILABLE');
      assert.deepEqual(
        shown.Changes!.map(({ ResourceChange: each }) => [each!.Action, each!.LogicalResourceId, each!.Replacement]),
        [
          ['Modify', 'Group', 'False'],
          ['Modify', 'Other', 'True'],
        ],
      );
      assert.deepEqual(shown.Changes![0]!.ResourceChange!.Details, [
        {
          Target: { Attribute: 'Properties', Name: 'RetentionInDays', RequiresRecreation: 'Never' },
          Evaluation: 'Static',
          ChangeSource: 'DirectModification',
        },
      ]);
      await client.send(new ExecuteChangeSetCommand({ StackName: 's', ChangeSetName: 'second' }));
      await waitUntilStackUpdateComplete(wait, { StackName: 's' });

      await set('third', 'UPDATE', 30);
      const empty = await client.send(new DescribeChangeSetCommand({ StackName: 's', ChangeSetName: 'third' }));
      assert.equal(empty.Status, 'FAILED');
      assert.equal(
        empty.StatusReason,
        "The submitted information didn't contain changes. Submit different information to create a change set.",
      );
      await refused(
        client.send(new ExecuteChangeSetCommand({ StackName: 's', ChangeSetName: 'third' })),
        /^ChangeSet \[arn:.*\] cannot be executed in its current status of \[FAILED\]$/,
        'InvalidChangeSetStatusException',
      );
      await client.send(new DeleteStackCommand({ StackName: 's' }));
      await waitUntilStackDeleteComplete(wait, { StackName: 's' });
    }));

  test('functions of templates, in every form', () =>
    withStacks(async (stacks) => {
      await stacks.create(
        'functions',
        `
Parameters:
  Name: {Type: String, Default: pets}
  Numbers: {Type: List<Number>, Default: '1, 2,3'}
  Words: {Type: CommaDelimitedList, Default: 'a,b'}
  Secret: {Type: String, Default: hidden, NoEcho: true}
Mappings:
  Sizes: {us-east-1: {dev: small, prod: large}}
Conditions:
  IsPets: !Equals [!Ref Name, pets]
  IsCats: !Not [!Condition IsPets]
  Both: !And [!Condition IsPets, !Equals [a, a]]
  Either: !Or [!Condition IsCats, !Condition Both]
Resources:
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Join ['/', ['', !Ref Name, logs]], RetentionInDays: !If [IsCats, 1, !Ref 'AWS::NoValue']}}
  Never: {Type: AWS::Logs::LogGroup, Condition: IsCats, Properties: {LogGroupName: never}}
Outputs:
  Ref: {Value: !Ref Group}
  Att: {Value: !GetAtt Group.Arn}
  Long: {Value: {'Fn::GetAtt': Group.Arn}}
  Sub: {Value: !Sub ['\${Name}-\${Extra}-\${!Literal}-\${Group}-\${Group.Arn}', {Extra: !Select [1, !Ref Words]}]}
  Split: {Value: !Select ['2', !Split ['/', !Ref Group]]}
  Map: {Value: !FindInMap [Sizes, !Ref 'AWS::Region', prod]}
  Encoded: {Value: {'Fn::Base64': !Sub 'x\${Name}'}}
  Cidr: {Value: !Join [',', !Cidr [10.0.0.0/16, 3, 8]]}
  Zones: {Value: !Select [0, !GetAZs '']}
  Condition: {Value: !If [Either, 'yes', 'no']}
  Numbers: {Value: !Join ['+', !Ref Numbers]}
  Number: {Value: 012}
  Absent: {Value: x, Condition: IsCats}
  Pseudo: {Value: !Sub '\${AWS::AccountId} \${AWS::Partition} \${AWS::StackName} \${AWS::URLSuffix}'}
`,
      );
      const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:/pets/logs:*';
      assert.deepEqual(await stacks.outputs('functions'), {
        ...{
          Ref: '/pets/logs',
          Att: arn,
          Long: arn,
          Sub: `pets-b-\${Literal}-/pets/logs-${arn}`,
          Split: 'logs',
          Map: 'large',
        },
        ...{ Encoded: 'eHBldHM=', Cidr: '10.0.0.0/24,10.0.1.0/24,10.0.2.0/24', Zones: 'us-east-1a', Condition: 'yes' },
        ...{ Numbers: '1+2+3', Number: '012', Pseudo: '000000000000 aws functions amazonaws.com' },
      });
      const { Parameters } = await stacks.describe('functions');
      assert.equal(Parameters!.find(({ ParameterKey }) => ParameterKey === 'Secret')!.ParameterValue, '****');
    }));

  test('a stack reads what another exports, and holds it there', () =>
    withStacks(async (stacks) => {
      const exporting = (value: string) => ({
        Resources: { G: group({ LogGroupName: `of-${value}` }) },
        Outputs: { Value: { Value: value, Export: { Name: 'shared' } } },
      });
      await stacks.create('exporter', exporting('one'));
      await stacks.create('importer', {
        Resources: { G: group({ LogGroupName: { 'Fn::Sub': ['/${V}', { V: { 'Fn::ImportValue': 'shared' } }] } }) },
        Outputs: { Group: { Value: { Ref: 'G' } } },
      });
      assert.deepEqual(await stacks.outputs('importer'), { Group: '/one' });
      const { Exports } = await stacks.client.send(new ListExportsCommand({}));
      assert.deepEqual(
        Exports!.map(({ Name, Value }) => [Name, Value]),
        [['shared', 'one']],
      );
      assert.deepEqual((await stacks.client.send(new ListImportsCommand({ ExportName: 'shared' }))).Imports, [
        'importer',
      ]);
      await refused(stacks.delete('exporter'), 'Export shared cannot be deleted as it is in use by importer');
      assert.equal((await stacks.update('exporter', exporting('two'))).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
      assert.equal((await stacks.create('again', exporting('three'))).StackStatus, 'ROLLBACK_COMPLETE');
      assert.ok(
        (await stacks.events('again')).includes(
          'again ROLLBACK_IN_PROGRESS Export with name shared is already exported by stack exporter. Rollback requested by user.',
        ),
      );
      await stacks.delete('importer');
      assert.equal((await stacks.delete('exporter')).StackStatus, 'DELETE_COMPLETE');
    }));

  test('templates are looked at without being used', () =>
    withStacks(async ({ client, create: make }) => {
      const template = {
        Description: 'd',
        Metadata: { a: 1 },
        Parameters: { P: { Type: 'String', Default: 'x' } },
        Resources: { U: { Type: 'AWS::IAM::User', Properties: { UserName: 'u' } } },
      };
      const TemplateBody = JSON.stringify(template);
      const validated = await client.send(new ValidateTemplateCommand({ TemplateBody }));
      assert.deepEqual(validated.Parameters, [{ ParameterKey: 'P', DefaultValue: 'x', NoEcho: false }]);
      assert.deepEqual(validated.Capabilities, ['CAPABILITY_NAMED_IAM']);
      assert.equal(validated.CapabilitiesReason, 'The following resource(s) require capabilities: [AWS::IAM::User]');
      const summary = await client.send(new GetTemplateSummaryCommand({ TemplateBody }));
      assert.deepEqual(summary.ResourceTypes, ['AWS::IAM::User']);
      assert.equal(summary.Metadata, '{"a":1}');
      assert.deepEqual(summary.ResourceIdentifierSummaries, [
        { ResourceType: 'AWS::IAM::User', LogicalResourceIds: ['U'], ResourceIdentifiers: ['UserName'] },
      ]);
      await make('s', template);
      const got = await client.send(new GetTemplateCommand({ StackName: 's' }));
      assert.equal(got.TemplateBody, TemplateBody);
      assert.deepEqual(got.StagesAvailable, ['Original', 'Processed']);
    }));

  test('what is wrong with a call or a template is said before anything is made', () =>
    withStacks(async (stacks) => {
      const cases: [template: object | string, message: string | RegExp, more?: object, name?: string][] = [
        ['{', 'Template format error: JSON not well-formed. (line 1, column 2)'],
        ['a: [', /^Template format error: YAML not well-formed\. \(line \d+, column \d+\)$/],
        ['just words', 'Template format error: unsupported structure.'],
        [{}, 'Template format error: At least one Resources member must be defined.'],
        [{ Resources: {} }, 'Template format error: At least one Resources member must be defined.'],
        [
          { Resources: { A: {} } },
          'Template format error: [/Resources/A] Every Resources object must contain a Type member.',
        ],
        [{ Resources: { A: { Type: 'Nonsense' } } }, 'Template format error: Unrecognized resource types: [Nonsense]'],
        [{ Resources: { 'A-B': group() } }, 'Template format error: Resource name A-B is non alphanumeric.'],
        [{ Foo: 1, Resources: { A: group() } }, 'Invalid template property or properties [Foo]'],
        [
          { Resources: { A: group({ LogGroupName: { Ref: 'Nobody' } }) } },
          'Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template',
        ],
        [
          { Resources: { A: group() }, Outputs: { O: { Value: { Ref: 'Nobody' } } } },
          'Template format error: Unresolved resource dependencies [Nobody] in the Outputs block of the template',
        ],
        [
          { Resources: { A: group({ LogGroupName: { 'Fn::GetAtt': ['Nobody', 'Arn'] } }) } },
          'Template error: instance of Fn::GetAtt references undefined resource Nobody',
        ],
        [
          { Resources: { A: group({}, { DependsOn: 'B' }), B: group({}, { DependsOn: 'A' }) } },
          'Circular dependency between resources: [A, B]',
        ],
        [{ Parameters: { P: { Type: 'String' } }, Resources: { A: group() } }, 'Parameters: [P] must have values'],
        [
          { Resources: { A: group() } },
          'Parameters: [P] do not exist in the template',
          { Parameters: [{ ParameterKey: 'P', ParameterValue: 'x' }] },
        ],
        [
          { Parameters: { P: { Type: 'String', AllowedValues: ['a'] } }, Resources: { A: group() } },
          "Parameter 'P' must be one of AllowedValues",
          { Parameters: [{ ParameterKey: 'P', ParameterValue: 'x' }] },
        ],
        [
          { Parameters: { P: { Type: 'Wrong' } }, Resources: { A: group() } },
          'Template format error: Unrecognized parameter type: Wrong',
        ],
        [
          { Resources: { U: { Type: 'AWS::IAM::User' } } },
          'Requires capabilities : [CAPABILITY_IAM]',
          {},
          'InsufficientCapabilitiesException',
        ],
        [
          { Resources: { U: { Type: 'AWS::IAM::User', Properties: { UserName: 'u' } } } },
          'Requires capabilities : [CAPABILITY_NAMED_IAM]',
          { Capabilities: ['CAPABILITY_IAM'] },
          'InsufficientCapabilitiesException',
        ],
        [
          { Resources: { A: group() } },
          /Member must satisfy regular expression pattern: \[a-zA-Z\]\[-a-zA-Z0-9\]\*$/,
          { StackName: '1bad' },
        ],
        ['Resources:\n  A: &a\n    Type: AWS::Logs::LogGroup\n  B: *a\n', /aliases/],
      ];
      for (const [template, message, more, name] of cases) await refused(create(stacks, template, more), message, name);
      await refused(
        stacks.client.send(new CreateStackCommand({ StackName: 's' })),
        'Either Template URL or Template Body must be specified.',
      );
      const { StackSummaries } = await stacks.client.send(new ListStacksCommand({}));
      assert.deepEqual(StackSummaries, [], 'nothing was begun');
      await stacks.create('taken', { Resources: { A: group() } });
      await refused(
        create(stacks, { Resources: { A: group() } }, { StackName: 'taken' }),
        'Stack [taken] already exists',
        'AlreadyExistsException',
      );
    }));

  test('a type or a property that is not supported fails the stack; nothing pretends', () =>
    withStacks(async (stacks) => {
      await stacks.create('table', {
        Resources: { G: group({ LogGroupName: 'g' }), T: { Type: 'AWS::DynamoDB::Table', DependsOn: 'G' } },
      });
      const events = await stacks.events('table');
      assert.ok(
        events.some((event) => event.startsWith('T CREATE_FAILED Resource type AWS::DynamoDB::Table is not supported')),
        events.join('\n'),
      );
      assert.equal(events.at(-1), 'table ROLLBACK_COMPLETE');
      await stacks.create('extra', { Resources: { G: group({ Colour: 'red' }) } });
      assert.ok(
        (await stacks.events('extra')).includes(
          'G CREATE_FAILED Properties validation failed for resource G with message:\n#: extraneous key [Colour] is not permitted',
        ),
      );
    }));

  test('a stack policy keeps resources as they are, replaced by none, and in the stack', () =>
    withStacks(async (stacks) => {
      const template = (RetentionInDays: number, LogGroupName = 'name', more: object = {}) => ({
        Resources: {
          Kept: group({ LogGroupName, RetentionInDays }),
          Free: group({ LogGroupName: 'free', RetentionInDays }),
          ...more,
        },
      });
      const policy = (Action: string) =>
        JSON.stringify({
          Statement: [
            { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' },
            {
              Effect: 'Deny',
              Action,
              Principal: '*',
              Resource: 'LogicalResourceId/Kept',
              Condition: { StringEquals: { ResourceType: ['AWS::Logs::LogGroup'] } },
            },
          ],
        });
      await stacks.create('s', template(1), { StackPolicyBody: policy('Update:Replace') });
      assert.equal((await stacks.update('s', template(3))).StackStatus, 'UPDATE_COMPLETE');
      assert.equal((await stacks.update('s', template(3, 'other'))).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
      const denied =
        'Kept UPDATE_FAILED Action denied by stack policy: Statement [#2] does not allow [Update:Replace] for resource [LogicalResourceId/Kept];';
      assert.ok((await stacks.events('s')).includes(denied), (await stacks.events('s')).join('\n'));

      await stacks.client.send(new SetStackPolicyCommand({ StackName: 's', StackPolicyBody: policy('Update:*') }));
      assert.equal(
        (await stacks.client.send(new GetStackPolicyCommand({ StackName: 's' }))).StackPolicyBody,
        policy('Update:*'),
      );
      assert.equal((await stacks.update('s', template(5))).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
      assert.equal(
        (await stacks.update('s', { Resources: { Free: group({ LogGroupName: 'free' }) } })).StackStatus,
        'UPDATE_ROLLBACK_COMPLETE',
      );
      const open = JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' }],
      });
      assert.equal(
        (await stacks.update('s', template(5), { StackPolicyDuringUpdateBody: open })).StackStatus,
        'UPDATE_COMPLETE',
      );
      await refused(
        stacks.client.send(new SetStackPolicyCommand({ StackName: 's', StackPolicyBody: '{' })),
        'Error validating stack policy: Invalid stack policy',
      );
    }));

  test('what a call asks for and cannot be kept is refused', () =>
    withStacks(async (stacks) => {
      const template = {
        Resources: { A: group(), U: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'a' } } },
      };
      await refused(
        create(stacks, template, {
          RollbackConfiguration: {
            RollbackTriggers: [
              { Arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:a', Type: 'AWS::CloudWatch::Alarm' },
            ],
          },
        }),
        /^RollbackTriggers are not supported here/,
      );
      await refused(
        create(stacks, template, { ResourceTypes: ['AWS::Logs::*'] }),
        'Resource types [AWS::ApiGateway::RestApi] are not among the ResourceTypes of the call',
      );
      await refused(
        create(stacks, template, { OnFailure: 'DELETE', DisableRollback: true }),
        'You can specify either DisableRollback or OnFailure, but not both.',
      );
    }));

  test('a protected stack is not deleted', () =>
    withStacks(async (stacks) => {
      await stacks.create('s', { Resources: { G: group() } }, { EnableTerminationProtection: true });
      await refused(stacks.delete('s'), 'Stack [s] cannot be deleted while TerminationProtection is enabled');
      await stacks.client.send(
        new UpdateTerminationProtectionCommand({ StackName: 's', EnableTerminationProtection: false }),
      );
      assert.equal((await stacks.delete('s')).StackStatus, 'DELETE_COMPLETE');
    }));
});
