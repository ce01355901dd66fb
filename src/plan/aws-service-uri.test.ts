import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parseAwsServiceUri } from './aws-service-uri.ts';

const addressOf = (uri: string) => parseAwsServiceUri(`arn:aws:apigateway:${uri}`)?.address;

test('[INT-06] a path is that of the service, an action the query of its root', () => {
  assert.equal(addressOf('us-east-1:sqs:path/000000000000/q'), 'https://sqs.us-east-1.amazonaws.com/000000000000/q');
  assert.equal(addressOf('eu-west-1:sns:action/ListTopics'), 'https://sns.eu-west-1.amazonaws.com/?Action=ListTopics');
  assert.equal(
    addressOf('us-west-2:s3:action/GetObject&Bucket={bucket}&Key={key}'),
    'https://s3.us-west-2.amazonaws.com/?Action=GetObject&Bucket={bucket}&Key={key}',
  );
  assert.equal(addressOf('us-west-2:s3:path/{bucket}?acl'), 'https://s3.us-west-2.amazonaws.com/{bucket}?acl');
});

test('the root is path/ or, as the console writes it, path//', () => {
  for (const path of ['path/', 'path//']) {
    assert.equal(addressOf(`us-east-1:s3:${path}`), 'https://s3.us-east-1.amazonaws.com/');
  }
});

test('[INT-09] a subdomain stands before the service', () => {
  const parsed = parseAwsServiceUri('arn:aws:apigateway:eu-central-1:my.photos.s3:path/{key}');
  assert.equal(parsed?.address, 'https://my.photos.s3.eu-central-1.amazonaws.com/{key}');
  assert.deepEqual([parsed?.service, parsed?.subdomain], ['s3', 'my.photos']);
  assert.equal(
    addressOf('us-east-1:runtime.sagemaker:path/endpoints/e/invocations'),
    'https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/e/invocations',
  );
});

test('hosts and signing scopes of services that break the rule', () => {
  const named = (uri: string) => {
    const { host, signingName, signingRegion } = parseAwsServiceUri(uri)!;
    return [host, signingName, signingRegion];
  };
  const arn = (service: string) => `arn:aws:apigateway:eu-west-1:${service}:action/X`;
  assert.deepEqual(named(arn('iam')), ['iam.amazonaws.com', 'iam', 'us-east-1']);
  assert.deepEqual(named(arn('ses')), ['email.eu-west-1.amazonaws.com', 'ses', 'eu-west-1']);
  assert.deepEqual(named(arn('email')), ['email.eu-west-1.amazonaws.com', 'ses', 'eu-west-1']);
  assert.deepEqual(named('arn:aws:apigateway:eu-west-1:a1b2-ats.iotdata:path/topics/t'), [
    'a1b2-ats.iot.eu-west-1.amazonaws.com',
    'iotdata',
    'eu-west-1',
  ]);
  assert.deepEqual(named('arn:aws-cn:apigateway:cn-north-1:sqs:path/1/q'), [
    'sqs.cn-north-1.amazonaws.com.cn',
    'sqs',
    'cn-north-1',
  ]);
});

test('an action of a JSON protocol has its target, one of the query protocol has none', () => {
  const targetOf = (uri: string) => parseAwsServiceUri(`arn:aws:apigateway:us-east-1:${uri}`)?.target;
  assert.equal(targetOf('dynamodb:action/PutItem'), 'DynamoDB_20120810.PutItem');
  assert.equal(targetOf('streams.dynamodb:action/ListStreams'), 'DynamoDBStreams_20120810.ListStreams');
  assert.equal(targetOf('states:action/StartExecution&x=1'), 'AWSStepFunctions.StartExecution');
  assert.equal(targetOf('sqs:action/SendMessage'), undefined);
  assert.equal(targetOf('dynamodb:path/'), undefined);
});

test('what could name another host is no service URI', () => {
  const refused = [
    '',
    'http://sqs.us-east-1.amazonaws.com/',
    'arn:aws:apigateway:us-east-1:sqs:queue/q',
    'arn:aws:apigateway:us-east-1:sqs:action/',
    'arn:aws:apigateway:us-east-1:sqs',
    'arn:aws:apigateway::sqs:path/q',
    'arn:aws:apigateway:us-east-1::path/q',
    'arn:aws:apigateway:evil.example/:sqs:path/q',
    'arn:aws:apigateway:us-east-1:evil.example/sqs:path/q',
    'arn:aws:apigateway:us-east-1:u@evil.sqs:path/q',
    'arn:aws:apigateway:us-east-1:{bucket}.s3:path/q',
    'arn:aws:apigateway:us-east-1:.s3:path/q',
    'arn:aws:s3:us-east-1:sqs:path/q',
  ];
  for (const uri of refused) assert.equal(parseAwsServiceUri(uri), undefined, uri);
});
