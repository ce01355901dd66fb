/** CloudTrail on the whole product: what users, roles and roots did through real clients, as `aws cloudtrail lookup-events` tells it. */
import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetResourcesCommand,
  TestInvokeMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { awsCli } from '../support/aws-cli.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { iamUnderTest, type Keys, policyOf, trusting } from '../support/iam-under-test.ts';
import { skipWithout } from '../support/programs.ts';

interface LookedUp {
  readonly EventName: string;
  readonly Username?: string;
  readonly ReadOnly: string;
  readonly EventSource: string;
  readonly Resources: readonly { ResourceType: string; ResourceName: string }[];
  readonly CloudTrailEvent: string;
}
interface TrailRecord {
  readonly eventName: string;
  readonly requestParameters: unknown;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly userIdentity: Record<string, unknown>;
}

describe('CloudTrail', { skip: skipWithout('aws') }, () => {
  let gatewright: TestGatewright;
  let folder: string;
  const clients: APIGatewayClient[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gatewright-trail-'));
    gatewright = await startTestGatewright({ dataDirectory: folder, trailLog: join(folder, 'trail.jsonl') });
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await gatewright.close();
    rmSync(folder, { recursive: true });
  });

  const apigatewayAs = (credentials: Keys): APIGatewayClient => {
    const client = new APIGatewayClient({ ...clientConfig(gatewright.endpoint), credentials });
    clients.push(client);
    return client;
  };

  async function events(...more: string[]): Promise<LookedUp[]> {
    const printed = await awsCli(gatewright.endpoint, ['cloudtrail', 'lookup-events', ...more]);
    return (JSON.parse(printed) as { Events: LookedUp[] }).Events;
  }
  const by = (key: string, value: string): Promise<LookedUp[]> =>
    events('--lookup-attributes', `AttributeKey=${key},AttributeValue=${value}`);

  test('[MET-10] the event list has every management call with its parameters, and no TestInvokeMethod', async () => {
    const { apigateway } = gatewright;
    const { id: restApiId } = await apigateway.send(new CreateRestApiCommand({ name: 'told' }));
    const { items } = await apigateway.send(new GetResourcesCommand({ restApiId: restApiId! }));
    const tested = { restApiId: restApiId!, resourceId: items![0]!.id!, httpMethod: 'GET' };
    await assert.rejects(apigateway.send(new TestInvokeMethodCommand(tested)));
    await apigateway.send(new CreateApiKeyCommand({ name: 'key', value: 'the-key-of-a-customer' }));
    await apigateway.send(new DeleteRestApiCommand({ restApiId: restApiId! }));
    await assert.rejects(apigateway.send(new DeleteRestApiCommand({ restApiId: restApiId! })));

    const told = await by('ResourceName', restApiId!);
    assert.deepEqual(
      told.map(({ EventName, ReadOnly }) => [EventName, ReadOnly]),
      [
        ['DeleteRestApi', 'false'],
        ['DeleteRestApi', 'false'],
        ['GetResources', 'true'],
        ['CreateRestApi', 'false'],
      ],
    );
    const [refused, done] = told.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent) as TrailRecord);
    assert.equal(refused!.errorCode, 'NotFoundException');
    assert.match(refused!.errorMessage!, /Invalid API identifier specified/);
    assert.equal(done!.errorCode, undefined);
    assert.deepEqual(done!.requestParameters, { restApiId, template: false });
    const all = await events();
    assert.ok(!all.some(({ EventName }) => EventName === 'TestInvokeMethod'));
    assert.ok(!JSON.stringify(all).includes('the-key-of-a-customer'));
    assert.equal((await events('--max-items', '2')).length, 2);
    assert.deepEqual(await events('--end-time', '2020-01-01'), []);

    // Lines are written by Node's thread pool, some time after the answer.
    for (;;) {
      const lines = readFileSync(join(folder, 'trail.jsonl'), 'utf8').split('\n').slice(0, -1);
      if (lines.some((line) => (JSON.parse(line) as TrailRecord).eventName === 'CreateRestApi')) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

  test('[MET-10] users and assumed roles are told apart, and looked up by name and key', async () => {
    const iam = iamUnderTest(gatewright);
    try {
      const ann = await iam.user('ann', policyOf({ Effect: 'Allow', Action: '*', Resource: '*' }));
      await apigatewayAs(ann).send(new CreateRestApiCommand({ name: 'of-ann' }));
      const [ofAnn] = await by('Username', 'ann');
      assert.equal(ofAnn!.EventName, 'CreateRestApi');
      const { userIdentity } = JSON.parse(ofAnn!.CloudTrailEvent) as TrailRecord;
      assert.deepEqual(userIdentity, {
        ...{ type: 'IAMUser', principalId: ann.id, arn: ann.arn, accountId: '000000000000' },
        ...{ accessKeyId: ann.accessKeyId, userName: 'ann' },
      });

      const role = await iam.role(
        'deployer',
        trusting({ AWS: '*' }),
        policyOf({ Effect: 'Allow', Action: '*', Resource: '*' }),
      );
      const session = await iam.assume(role, ann, { RoleSessionName: 'pipeline' });
      await apigatewayAs(session).send(new CreateRestApiCommand({ name: 'of-role' }));
      const [ofRole] = await by('AccessKeyId', session.accessKeyId);
      assert.equal(ofRole!.Username, 'pipeline');
      const assumed = (JSON.parse(ofRole!.CloudTrailEvent) as TrailRecord).userIdentity;
      assert.equal(assumed['type'], 'AssumedRole');
      const issuer = (assumed['sessionContext'] as { sessionIssuer: Record<string, unknown> }).sessionIssuer;
      assert.equal(issuer['arn'], role);
      const [assumption] = await by('EventName', 'AssumeRole');
      assert.equal(assumption!.EventSource, 'sts.amazonaws.com');
      assert.ok(!JSON.stringify(await events()).includes(session.secretAccessKey));
      assert.ok(!JSON.stringify(await events()).includes(session.sessionToken));
    } finally {
      iam.close();
    }
  });

  test('there are no trails, and what cannot be looked up is refused', async () => {
    const described = await awsCli(gatewright.endpoint, ['cloudtrail', 'describe-trails']);
    assert.deepEqual(JSON.parse(described), { trailList: [] });
    await assert.rejects(
      events('--lookup-attributes', 'AttributeKey=EventName,AttributeValue=a', 'AttributeKey=EventId,AttributeValue=b'),
      /InvalidLookupAttributesException/,
    );
    await assert.rejects(
      awsCli(gatewright.endpoint, ['cloudtrail', 'get-trail-status', '--name', 'nothing']),
      /TrailNotFoundException.*Unknown trail: nothing/,
    );
  });
});
