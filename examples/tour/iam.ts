/** Methods with IAM authorization: a signature and a policy of the caller decide. */
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Tour } from './context.ts';
import { call, expect, expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';
import { type Keys, signedCall } from './signed-call.ts';

export async function iam(tour: Tour): Promise<string> {
  const security = {
    components: {
      securitySchemes: {
        sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
      },
    },
  };
  const signed = { security: [{ sigv4: [] }] };
  const api = await restApi(
    tour,
    { 'GET /pets': mock('pets', signed), 'DELETE /pets': mock('gone', signed) },
    security,
  );
  await api.deploy();
  const keys = await userWhoMay(tour, `arn:aws:execute-api:us-east-1:*:${api.id}/prod/GET/pets`);
  const nameless = '{"message":"Missing Authentication Token"}';
  expectAnswer('An unsigned request', await call(api.url('/pets')), 403, nameless);
  expectAnswer('A signed request', await signedCall(tour, api.url('/pets'), keys), 200, 'pets');
  const refused = await signedCall(tour, api.url('/pets'), keys, 'DELETE');
  expectAnswer('A signed request that the policy does not allow', refused, 403);
  expect(
    refused.body.includes('is not authorized to perform: execute-api:Invoke'),
    `The refusal of the policy was ${refused.body}`,
  );
  const forged = await signedCall(tour, api.url('/pets'), { ...keys, secretAccessKey: 'guessed' });
  expectAnswer('A forged signature', forged, 403);
  return 'unsigned and forged requests got 403; signed, GET passed and DELETE did not, as the policy of the user says';
}

/** The keys of a new user who may invoke this and nothing else. */
async function userWhoMay({ client, run, afterwards }: Tour, Resource: string): Promise<Keys> {
  const iamClient = new IAMClient(client);
  afterwards(() => iamClient.destroy());
  const UserName = `tour-${run}`;
  await iamClient.send(new CreateUserCommand({ UserName }));
  afterwards(() => iamClient.send(new DeleteUserCommand({ UserName })));
  const policy = { UserName, PolicyName: 'pets' };
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iamClient.send(new PutUserPolicyCommand({ ...policy, PolicyDocument }));
  afterwards(() => iamClient.send(new DeleteUserPolicyCommand(policy)));
  const { AccessKey } = await iamClient.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId, SecretAccessKey } = AccessKey!;
  afterwards(() => iamClient.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })));
  return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey! };
}
