/** Stacks made through the official SDK, in a Gatewright of their own. */
import { strict as assert } from 'node:assert';
import {
  CloudFormationClient,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
  type UpdateStackCommandInput,
} from '@aws-sdk/client-cloudformation';
import type { Settings } from '../../src/app/settings.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from './gatewright-in-process.ts';

export interface StacksUnderTest {
  readonly gatewright: TestGatewright;
  readonly client: CloudFormationClient;
  /** The stack as it is when its change is over. Objects are written as JSON. */
  create(StackName: string, template: object | string, more?: Partial<CreateStackCommandInput>): Promise<Stack>;
  update(StackName: string, template: object | string, more?: Partial<UpdateStackCommandInput>): Promise<Stack>;
  /** Resolves when the stack is gone. */
  delete(StackName: string): Promise<Stack>;
  describe(StackName: string): Promise<Stack>;
  /** `Logical STATUS reason`, the first first. */
  events(StackName: string): Promise<string[]>;
  outputs(StackName: string): Promise<Record<string, string>>;
}

const text = (template: object | string): string =>
  typeof template === 'string' ? template : JSON.stringify(template);

export async function withStacks(
  use: (stacks: StacksUnderTest) => Promise<void>,
  settings: Partial<Settings> = {},
): Promise<void> {
  const gatewright = await startTestGatewright(settings);
  const client = new CloudFormationClient(clientConfig(gatewright.endpoint));

  async function describe(StackName: string): Promise<Stack> {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    return Stacks![0]!;
  }

  async function settled(id: string): Promise<Stack> {
    for (;;) {
      const stack = await describe(id);
      if (!stack.StackStatus!.endsWith('_IN_PROGRESS')) return stack;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  const stacks: StacksUnderTest = {
    ...{ gatewright, client, describe },
    async create(StackName, template, more = {}) {
      const Capabilities = ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as const;
      const input = { StackName, TemplateBody: text(template), Capabilities: [...Capabilities], ...more };
      return settled((await client.send(new CreateStackCommand(input))).StackId!);
    },
    async update(StackName, template, more = {}) {
      const Capabilities = ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as const;
      const input = { StackName, TemplateBody: text(template), Capabilities: [...Capabilities], ...more };
      return settled((await client.send(new UpdateStackCommand(input))).StackId!);
    },
    async delete(StackName) {
      const { StackId } = await describe(StackName);
      await client.send(new DeleteStackCommand({ StackName }));
      return settled(StackId!);
    },
    async events(StackName) {
      const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
      return StackEvents!
        .reverse()
        .map((each) =>
          [each.LogicalResourceId, each.ResourceStatus, each.ResourceStatusReason].filter(Boolean).join(' '),
        );
    },
    async outputs(StackName) {
      const { Outputs = [] } = await describe(StackName);
      return Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
    },
  };
  try {
    await use(stacks);
    assert.deepEqual(
      gatewright.complaints.filter((line) => /unexpectedly/.test(line)),
      [],
    );
  } finally {
    client.destroy();
    await gatewright.close();
  }
}
