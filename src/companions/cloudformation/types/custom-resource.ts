/** Custom resources: a function makes, changes and deletes them, told so by an event, and says what became of it at a URL. */
import { randomUUID } from 'node:crypto';
import type { JsonMap } from '../records.ts';
import { validationError } from '../refusals.ts';
import { type Made, type Properties, Refused, type ResourceContext, type ResourceType } from './resource-type.ts';

const hourMs = 3_600_000;

/** Every value that is no list or object reaches the function as a text. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asTexts(item)]));
  }
  return String(value);
}

interface Asked {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly properties: Properties;
  readonly before?: Properties;
  readonly physicalId?: string;
}

async function ask({ type, properties, before, physicalId }: Asked, context: ResourceContext): Promise<Made> {
  const token = properties['ServiceToken'];
  if (typeof token !== 'string' || !/^arn:[\w-]+:lambda:/.test(token)) {
    throw validationError(`Invalid service token: ${String(token)} is not the ARN of a Lambda function`);
  }
  const { ServiceTimeout, ...shown } = properties;
  const timeoutMs = ServiceTimeout === undefined ? hourMs : Number(ServiceTimeout) * 1000;
  const expected = await context.expectResponse();
  const RequestId = randomUUID();
  const event = {
    ...{ RequestType: type, ServiceToken: token, ResponseURL: expected.url, StackId: context.stackId, RequestId },
    ...{ LogicalResourceId: context.logicalId, ResourceType: context.resourceType },
    ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
    ResourceProperties: asTexts(shown),
    ...(before !== undefined && { OldResourceProperties: asTexts(before) }),
  };
  const noAnswer = new Refused(
    `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${RequestId}]. If you are using the Python cfn-response module, you may need to update your Lambda function so that CloudFormation can attach the updated version.`,
  );
  try {
    // A function that ended badly will not answer any more; one that ended well may have left that to somebody else.
    const failed = context
      .call('lambda', 'Invoke', { FunctionName: token, Payload: Buffer.from(JSON.stringify(event)) })
      .then(({ FunctionError }) =>
        FunctionError === undefined ? new Promise<never>(() => {}) : Promise.reject(noAnswer),
      );
    failed.catch(() => undefined);
    const response = await Promise.race([
      expected.within(Math.min(timeoutMs, context.timeLeftMs())),
      failed.catch(async (error: unknown) => {
        const already = await expected.within(0);
        if (already !== undefined) return already;
        throw error;
      }),
    ]);
    if (response === undefined) throw noAnswer;
    return madeOf(response, physicalId, context);
  } finally {
    await expected.forget();
  }
}

function madeOf(response: JsonMap, earlierId: string | undefined, context: ResourceContext): Made {
  const { Status, Reason, PhysicalResourceId, Data } = response;
  if (Status !== 'SUCCESS') {
    throw new Refused(
      `Received response status [FAILED] from custom resource. Message returned: ${String(Reason ?? '')} (RequestId: ${context.requestId})`,
    );
  }
  const physicalId =
    typeof PhysicalResourceId === 'string' && PhysicalResourceId !== '' ? PhysicalResourceId : earlierId;
  if (physicalId === undefined) throw new Refused('Invalid PhysicalResourceId');
  const attributes = typeof Data === 'object' && Data !== null && !Array.isArray(Data) ? (Data as JsonMap) : {};
  return { physicalId, attributes };
}

export const customResource: ResourceType = {
  needs: ['lambda:Invoke'],
  replacedBy: ['ServiceToken'],
  required: ['ServiceToken'],
  properties: undefined,
  create: (properties, context) => ask({ type: 'Create', properties }, context),
  update: ({ physicalId }, properties, before, context) =>
    ask({ type: 'Update', properties, before, physicalId }, context),
  async delete({ physicalId }, properties, context) {
    await ask({ type: 'Delete', properties, physicalId }, context);
  },
};
