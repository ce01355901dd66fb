/** An API with its methods and functions in a few lines, made through the official SDK as its users would. */
import {
  CreateDeploymentCommand,
  type CreateDeploymentCommandInput,
  CreateResourceCommand,
  CreateRestApiCommand,
  type CreateRestApiCommandInput,
  PutIntegrationCommand,
  type PutIntegrationCommandInput,
  PutIntegrationResponseCommand,
  type PutIntegrationResponseCommandInput,
  PutMethodCommand,
  PutMethodResponseCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateFunctionCommand, type CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import type { TestGatewright } from './gatewright-in-process.ts';
import { zipOf } from './lambda-under-test.ts';

type Named = 'restApiId' | 'resourceId' | 'httpMethod';
type IntegrationResponse = Omit<PutIntegrationResponseCommandInput, Named>;

/** A method's integration, and beside it what the method itself needs. `verb` is the integration's own httpMethod. */
export interface MethodUnderTest extends Omit<PutIntegrationCommandInput, Named> {
  readonly verb?: string;
  /** `authorizationType` of the method, NONE unless given. */
  readonly authorization?: string;
  /** `method.request.…` → required. Those that `requestParameters` reads are declared anyway. */
  readonly declared?: Record<string, boolean>;
  /** Each gets a method response with the headers it maps. */
  readonly responses?: readonly IntegrationResponse[];
}

export interface ApiUnderTest {
  readonly id: string;
  /** By path. */
  readonly resourceIds: ReadonlyMap<string, string>;
  /** Ids of the method `GET /pets`, as most inputs take them. */
  method(label: string): { restApiId: string; resourceId: string; httpMethod: string };
  /** Replaces a method's integration, response mappings included; acts with the next deployment. */
  integrate(label: string, method: MethodUnderTest): Promise<void>;
  /** The id of the new deployment. */
  deploy(stageName?: string, more?: Omit<CreateDeploymentCommandInput, 'restApiId' | 'stageName'>): Promise<string>;
  /** Path style URL of a path below a stage. */
  url(stage: string, path: string): string;
}

/** Creates an API with these methods, `GET /pets/{id}` → integration. It is not deployed yet. */
export async function createApi(
  gatewright: TestGatewright,
  methods: Readonly<Record<string, MethodUnderTest>>,
  api: Partial<CreateRestApiCommandInput> = {},
): Promise<ApiUnderTest> {
  const { apigateway } = gatewright;
  const created = await apigateway.send(new CreateRestApiCommand({ name: 'under test', ...api }));
  const restApiId = created.id!;
  const resourceIds = new Map([['/', created.rootResourceId!]]);

  async function resourceAt(path: string): Promise<string> {
    const known = resourceIds.get(path);
    if (known !== undefined) return known;
    const end = path.lastIndexOf('/');
    const parentId = await resourceAt(path.slice(0, end) || '/');
    const { id } = await apigateway.send(
      new CreateResourceCommand({ restApiId, parentId, pathPart: path.slice(end + 1) }),
    );
    resourceIds.set(path, id!);
    return id!;
  }

  function method(label: string): { restApiId: string; resourceId: string; httpMethod: string } {
    const [httpMethod, path] = label.split(' ') as [string, string];
    return { restApiId, resourceId: resourceIds.get(path)!, httpMethod };
  }

  async function integrate(
    label: string,
    { verb, declared: _, authorization: __, responses, ...integration }: MethodUnderTest,
  ) {
    const names = method(label);
    await apigateway.send(
      new PutIntegrationCommand({
        ...names,
        ...integration,
        ...(verb !== undefined && { integrationHttpMethod: verb }),
      }),
    );
    for (const response of responses ?? []) {
      await apigateway.send(new PutIntegrationResponseCommand({ ...names, ...response }));
    }
  }

  for (const [label, spec] of Object.entries(methods)) {
    await resourceAt(label.split(' ')[1]!);
    const names = method(label);
    const requestParameters = { ...parametersRead(spec), ...spec.declared };
    await apigateway.send(
      new PutMethodCommand({ ...names, authorizationType: spec.authorization ?? 'NONE', requestParameters }),
    );
    for (const { statusCode, responseParameters = {} } of spec.responses ?? []) {
      const mapped = Object.fromEntries(Object.keys(responseParameters).map((name) => [name, false]));
      await apigateway.send(new PutMethodResponseCommand({ ...names, statusCode, responseParameters: mapped }));
    }
    await integrate(label, spec);
  }

  return {
    id: restApiId,
    resourceIds,
    method,
    integrate,
    async deploy(stageName, more = {}) {
      const input = { restApiId, ...(stageName !== undefined && { stageName }), ...more };
      return (await apigateway.send(new CreateDeploymentCommand(input))).id!;
    },
    url: (stage, path) => `${gatewright.invokeUrl(restApiId, stage)}${path}`,
  };
}

/** Request parameters a mapping reads must be declared by the method; multi-value sources under their plain name. */
function parametersRead(spec: MethodUnderTest): Record<string, boolean> {
  const read: Record<string, boolean> = {};
  for (const source of Object.values(spec.requestParameters ?? {})) {
    if (/^method\.request\.(?!body)/.test(source)) read[source.replace('.multivalue', '.')] = false;
  }
  return read;
}

/** A Node.js function whose `index.js` is `source`; its ARN. */
export async function createFunction(
  gatewright: TestGatewright,
  name: string,
  source: string,
  more: Partial<CreateFunctionCommandInput> = {},
): Promise<string> {
  const { FunctionArn } = await gatewright.lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/any',
      Code: { ZipFile: zipOf({ 'index.js': source }) },
      ...more,
    }),
  );
  return FunctionArn!;
}

const lambdaUri = (functionArn: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

/** An AWS_PROXY integration with the function of this ARN. */
export const lambdaProxy = (functionArn: string, more: Partial<MethodUnderTest> = {}): MethodUnderTest => ({
  type: 'AWS_PROXY',
  verb: 'POST',
  uri: lambdaUri(functionArn),
  ...more,
});

/** An AWS integration that invokes the function of this ARN. */
export const lambdaCustom = (functionArn: string, more: Partial<MethodUnderTest> = {}): MethodUnderTest => ({
  ...lambdaProxy(functionArn),
  type: 'AWS',
  ...more,
});

/** A MOCK that answers 200 with this body, which holds no `$` and no `#`. */
export const mock = (body: string): MethodUnderTest => ({
  type: 'MOCK',
  requestTemplates: { 'application/json': '{"statusCode": 200}' },
  responses: [{ statusCode: '200', responseTemplates: { 'application/json': body } }],
});
