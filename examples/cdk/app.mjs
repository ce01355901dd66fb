/** A REST API, an HTTP API and a WebSocket API over one function, with a user pool; as a CDK user writes them. */
import { join } from 'node:path';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CognitoUserPoolsAuthorizer, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';

const app = new App();
const stack = new Stack(app, 'Pets', { env: { account: '000000000000', region: 'us-east-1' } });

const handler = new LambdaFunction(stack, 'Handler', {
  runtime: Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: Code.fromAsset(join(import.meta.dirname, 'handler')),
  environment: { GREETING: app.node.tryGetContext('greeting') ?? 'hello' },
  logGroup: new LogGroup(stack, 'Logs', { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY }),
});

const users = new UserPool(stack, 'Users', { removalPolicy: RemovalPolicy.DESTROY });
const client = users.addClient('Client', { authFlows: { adminUserPassword: true } });

const rest = new RestApi(stack, 'Rest', { deployOptions: { stageName: 'dev' }, cloudWatchRole: false });
const pets = rest.root.addResource('pets');
pets.addMethod('GET', new LambdaIntegration(handler));
pets.addMethod('POST', new LambdaIntegration(handler), {
  authorizer: new CognitoUserPoolsAuthorizer(stack, 'Guard', { cognitoUserPools: [users] }),
});

const http = new HttpApi(stack, 'Http', { corsPreflight: { allowOrigins: ['https://pets.example'] } });
http.addRoutes({
  path: '/pets/{id}',
  methods: [HttpMethod.GET],
  integration: new HttpLambdaIntegration('Pet', handler),
});

const chat = new WebSocketApi(stack, 'Chat', {
  defaultRouteOptions: { integration: new WebSocketLambdaIntegration('Say', handler), returnResponse: true },
});
new WebSocketStage(stack, 'Live', { webSocketApi: chat, stageName: 'live', autoDeploy: true });

new CfnOutput(stack, 'RestId', { value: rest.restApiId });
new CfnOutput(stack, 'HttpId', { value: http.httpApiId });
new CfnOutput(stack, 'ChatId', { value: chat.apiId });
new CfnOutput(stack, 'UserPoolId', { value: users.userPoolId });
new CfnOutput(stack, 'ClientId', { value: client.userPoolClientId });
