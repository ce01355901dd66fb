/** Policies of functions that SAM knows by name, with parameters instead of statements. */
import type { Json, JsonMap } from '../records.ts';

type Statements = (parameters: JsonMap) => Json[];

const sub = (text: string, values: JsonMap): Json => ({ 'Fn::Sub': [text, values] });
const arn = (service: string, rest: string, values: JsonMap): Json =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`, values);
const allow = (actions: readonly string[], resource: Json): Json => ({
  Effect: 'Allow',
  Action: [...actions],
  Resource: resource,
});

const table = (parameters: JsonMap): Json[] => [
  arn('dynamodb', 'table/${tableName}', { tableName: parameters['TableName']! }),
  arn('dynamodb', 'table/${tableName}/index/*', { tableName: parameters['TableName']! }),
];
const bucket = (parameters: JsonMap): Json[] => [
  sub('arn:${AWS::Partition}:s3:::${bucketName}', { bucketName: parameters['BucketName']! }),
  sub('arn:${AWS::Partition}:s3:::${bucketName}/*', { bucketName: parameters['BucketName']! }),
];
const queue = (parameters: JsonMap): Json => arn('sqs', '${queueName}', { queueName: parameters['QueueName']! });
const dynamo = (names: readonly string[]): string[] => names.map((name) => `dynamodb:${name}`);
const s3 = (names: readonly string[]): string[] => names.map((name) => `s3:${name}`);
const read = ['GetItem', 'Scan', 'Query', 'BatchGetItem', 'DescribeTable'];
const objects = ['GetObject', 'ListBucket', 'GetBucketLocation', 'GetObjectVersion', 'GetLifecycleConfiguration'];

export const policyTemplates: Readonly<
  Record<string, { readonly parameters: readonly string[]; readonly statements: Statements }>
> = {
  CloudWatchPutMetricPolicy: { parameters: [], statements: () => [allow(['cloudwatch:PutMetricData'], '*')] },
  DynamoDBCrudPolicy: {
    parameters: ['TableName'],
    statements: (given) => [
      allow(
        dynamo([
          ...['GetItem', 'DeleteItem', 'PutItem', 'Scan', 'Query', 'UpdateItem', 'BatchWriteItem', 'BatchGetItem'],
          ...['DescribeTable', 'ConditionCheckItem'],
        ]),
        table(given),
      ),
    ],
  },
  DynamoDBReadPolicy: { parameters: ['TableName'], statements: (given) => [allow(dynamo(read), table(given))] },
  DynamoDBWritePolicy: {
    parameters: ['TableName'],
    statements: (given) => [allow(dynamo(['PutItem', 'UpdateItem', 'BatchWriteItem']), table(given))],
  },
  EventBridgePutEventsPolicy: {
    parameters: ['EventBusName'],
    statements: ({ EventBusName }) => [
      allow(['events:PutEvents'], arn('events', 'event-bus/${eventBusName}', { eventBusName: EventBusName! })),
    ],
  },
  FirehoseWritePolicy: {
    parameters: ['DeliveryStreamName'],
    statements: ({ DeliveryStreamName }) => [
      allow(
        ['firehose:PutRecord', 'firehose:PutRecordBatch'],
        arn('firehose', 'deliverystream/${deliveryStreamName}', { deliveryStreamName: DeliveryStreamName! }),
      ),
    ],
  },
  KMSDecryptPolicy: {
    parameters: ['KeyId'],
    statements: ({ KeyId }) => [allow(['kms:Decrypt'], arn('kms', 'key/${keyId}', { keyId: KeyId! }))],
  },
  KinesisStreamReadPolicy: {
    parameters: ['StreamName'],
    statements: ({ StreamName }) => [
      allow(['kinesis:ListStreams', 'kinesis:DescribeLimits'], arn('kinesis', 'stream/*', {})),
      allow(
        ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator'],
        arn('kinesis', 'stream/${streamName}', { streamName: StreamName! }),
      ),
    ],
  },
  LambdaInvokePolicy: {
    parameters: ['FunctionName'],
    statements: ({ FunctionName }) => [
      allow(['lambda:InvokeFunction'], arn('lambda', 'function:${functionName}*', { functionName: FunctionName! })),
    ],
  },
  S3CrudPolicy: {
    parameters: ['BucketName'],
    statements: (given) => [
      allow(s3([...objects, 'PutObject', 'PutObjectAcl', 'PutLifecycleConfiguration', 'DeleteObject']), bucket(given)),
    ],
  },
  S3FullAccessPolicy: {
    parameters: ['BucketName'],
    statements: (given) => [
      allow(
        s3([
          'GetObject',
          'GetObjectAcl',
          'GetObjectVersion',
          'PutObject',
          'PutObjectAcl',
          'DeleteObject',
          'DeleteObjectTagging',
          'DeleteObjectVersionTagging',
          'GetObjectTagging',
          'GetObjectVersionTagging',
          'PutObjectTagging',
          'PutObjectVersionTagging',
        ]),
        bucket(given)[1]!,
      ),
      allow(
        s3(['ListBucket', 'GetBucketLocation', 'GetLifecycleConfiguration', 'PutLifecycleConfiguration']),
        bucket(given)[0]!,
      ),
    ],
  },
  S3ReadPolicy: { parameters: ['BucketName'], statements: (given) => [allow(s3(objects), bucket(given))] },
  S3WritePolicy: {
    parameters: ['BucketName'],
    statements: (given) => [allow(s3(['PutObject', 'PutObjectAcl', 'PutLifecycleConfiguration']), bucket(given))],
  },
  AWSSecretsManagerGetSecretValuePolicy: {
    parameters: ['SecretArn'],
    statements: ({ SecretArn }) => [
      allow(['secretsmanager:GetSecretValue'], sub('${secretArn}', { secretArn: SecretArn! })),
    ],
  },
  SNSPublishMessagePolicy: {
    parameters: ['TopicName'],
    statements: ({ TopicName }) => [allow(['sns:Publish'], arn('sns', '${topicName}', { topicName: TopicName! }))],
  },
  SQSPollerPolicy: {
    parameters: ['QueueName'],
    statements: (given) => [
      allow(
        [
          'ChangeMessageVisibility',
          'ChangeMessageVisibilityBatch',
          'DeleteMessage',
          'DeleteMessageBatch',
          'GetQueueAttributes',
          'ReceiveMessage',
        ].map((name) => `sqs:${name}`),
        queue(given),
      ),
    ],
  },
  SQSSendMessagePolicy: {
    parameters: ['QueueName'],
    statements: (given) => [allow(['sqs:SendMessage*'], queue(given))],
  },
  SSMParameterReadPolicy: {
    parameters: ['ParameterName'],
    statements: ({ ParameterName }) => [
      allow(['ssm:DescribeParameters'], '*'),
      allow(
        ['ssm:GetParameters', 'ssm:GetParameter', 'ssm:GetParametersByPath'],
        arn('ssm', 'parameter/${parameterName}', { parameterName: ParameterName! }),
      ),
    ],
  },
  StepFunctionsExecutionPolicy: {
    parameters: ['StateMachineName'],
    statements: ({ StateMachineName }) => [
      allow(
        ['states:StartExecution'],
        arn('states', 'stateMachine:${stateMachineName}', { stateMachineName: StateMachineName! }),
      ),
    ],
  },
};
