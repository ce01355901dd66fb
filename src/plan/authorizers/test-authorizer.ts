/**
 * One authorizer tried out, deployed or not: TestInvokeAuthorizer (rows V1-24, V1-26, COG-08). A function is really called, keys are really asked for; nothing
 * is kept, and no policy is evaluated, for there is no method to evaluate it for. The log's words are those of logs that users quote.
 */
import type { HeaderList } from '../../base/headers.ts';
import { newExtendedRequestId } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { Authorizer, RestApi } from '../../definition/rest-api.ts';
import { type Exchange, nothingFoundYet } from '../exchange.ts';
import { defaultGatewayResponses, type GatewayResponseType } from '../gateway-responses.ts';
import type { StageContext } from '../plan.ts';
import { safeWrittenText } from '../query.ts';
import type { PlanTools } from '../tools.ts';
import { traceHeader } from '../trace.ts';
import { compileCognitoAuthorizer } from './cognito-authorizer.ts';
import { cognitoClaims, javaDate } from './cognito-claims.ts';
import { compileLambdaAuthorizer } from './lambda-authorizer.ts';

export interface AuthorizerTest {
  readonly api: RestApi;
  readonly authorizer: Authorizer;
  readonly headers: HeaderList;
  /** `/pets?x=1`; the root where it is empty. */
  readonly pathWithQueryString: string;
  readonly body: string;
  readonly stageVariables: Readonly<Record<string, string>>;
}

export interface AuthorizerOutcome {
  /** What a client would have got; 0 where the authorizer lets it by (API reference, TestInvokeAuthorizerResponse). */
  readonly clientStatus: number;
  /** The whole log, each line ending in a newline. */
  readonly log: string;
  readonly latencyMs: number;
  readonly principalId?: string;
  /** JSON text. */
  readonly policy?: string;
  readonly claims?: Readonly<Record<string, string>>;
}

const requestId = 'test-request';

type Found = Pick<AuthorizerOutcome, 'principalId' | 'policy' | 'claims'>;

/** Never rejects: what goes wrong is an outcome, and its log says why. */
export async function testAuthorizer(test: AuthorizerTest, tools: PlanTools): Promise<AuthorizerOutcome> {
  const startedMs = tools.clock.monotonicMs();
  let text = `Execution log for request ${requestId}\n`;
  const log = (line: string): void => {
    text += `${javaDate(tools.clock.now())} : ${line}\n`;
  };
  let found: Found = {};
  let clientStatus = 0;
  log(`Starting authorizer: ${test.authorizer.id} for request: ${requestId}`);
  try {
    found =
      test.authorizer.type === 'COGNITO_USER_POOLS' ? await believe(test, tools, log) : await ask(test, tools, log);
    log('Successfully completed authorizer execution');
  } catch (error) {
    const problem =
      error instanceof Problem ? error : new Problem('DEFAULT_5XX', '', { why: String(error), cause: error });
    const { status, errorType } =
      defaultGatewayResponses[problem.kind as GatewayResponseType] ?? defaultGatewayResponses.DEFAULT_5XX;
    clientStatus = status;
    if (status === 401) log(`Unauthorized request: ${requestId}: ${problem.why}`);
    else {
      log(`Execution failed due to configuration error: ${problem.why}`);
      log(errorType);
    }
  }
  return { clientStatus, log: text, latencyMs: tools.clock.monotonicMs() - startedMs, ...found };
}

async function ask(test: AuthorizerTest, tools: PlanTools, log: (line: string) => void): Promise<Found> {
  const { api, authorizer } = test;
  const stage = testStage(test);
  const resource = { resourceId: api.rootResourceId, resourcePath: '/', operationName: undefined };
  const lambda = compiled(authorizer, (complain) =>
    compileLambdaAuthorizer({ authorizer, ...resource, stage, tools, complain }),
  );
  const x = testExchange(test, tools);
  const identity = lambda.identity(x);
  if (identity === undefined) throw new Problem('UNAUTHORIZED', '', { why: 'an identity source is missing or empty' });
  log(`Incoming identity: ${masked(identity)}`);
  lambda.validate(identity);
  const event = lambda.event(x, identity);
  const uri = `https://lambda.${api.region}.amazonaws.com/2015-03-31/functions/${lambda.functionArn}/invocations`;
  log(`Endpoint request URI: ${uri}`);
  log(`Endpoint request headers: ${endpointHeaders(test, x, tools)}`);
  log(`Endpoint request body after transformations: ${event}`);
  log(`Sending request to ${uri}`);
  const payload = await lambda.call(x, event);
  log(`Authorizer result body before parsing: ${payload.toString()}`);
  const { principalId, policyDocument } = lambda.read(payload);
  log(`Using valid authorizer policy for principal: ${masked(principalId ?? '')}`);
  return { ...(principalId !== undefined && { principalId }), policy: JSON.stringify(policyDocument) };
}

async function believe(test: AuthorizerTest, tools: PlanTools, log: (line: string) => void): Promise<Found> {
  const { authorizer } = test;
  const stage = testStage(test);
  const cognito = compiled(authorizer, (complain) =>
    compileCognitoAuthorizer({ authorizer, scopes: [], stage, tools, complain }),
  );
  const x = testExchange(test, tools);
  const token = cognito.token(x);
  if (token === undefined) throw new Problem('UNAUTHORIZED', '', { why: 'the token is missing or empty' });
  log(`Incoming identity: ${masked(token)}`);
  const { claims } = await cognito.believe(token, x.startedAtMs);
  const shown = cognitoClaims(claims);
  log(`Using valid token of: ${masked(shown['sub'] ?? '')}`);
  return { claims: shown };
}

/** What cannot be compiled fails as it would on a stage, with every reason. */
function compiled<T>({ name }: Authorizer, compile: (complain: (what: string) => void) => T | undefined): T {
  const complaints: string[] = [];
  const result = compile((what) => complaints.push(what));
  if (result !== undefined && complaints.length === 0) return result;
  throw new Problem('AUTHORIZER_CONFIGURATION_ERROR', '', { why: complaints.join('; ') || name });
}

/** AWS's stage of such tests (row V1-26). */
function testStage({ api, stageVariables }: AuthorizerTest): StageContext {
  return {
    apiId: api.id,
    apiName: api.name,
    account: api.account,
    region: api.region,
    stage: 'ESTestInvoke-stage',
    deploymentId: '',
    stageVariables: Object.keys(stageVariables).length > 0 ? stageVariables : null,
  };
}

function endpointHeaders({ api, authorizer }: AuthorizerTest, x: Exchange, { clock }: PlanTools): string {
  const date = new Date(clock.now()).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers = [
    `x-amzn-lambda-integration-tag=${requestId}`,
    `X-Amz-Date=${date}`,
    `x-amzn-apigateway-api-id=${api.id}`,
    `X-Amz-Source-Arn=arn:aws:execute-api:${api.region}:${api.account}:${api.id}/authorizers/${authorizer.id}`,
    'Accept=application/json',
    `User-Agent=AmazonAPIGateway_${api.id}`,
    `X-Amzn-Trace-Id=${traceHeader(x)}`,
    'Content-Type=application/json',
  ];
  return `{${headers.join(', ')}}`;
}

/** Its end is enough to recognise one's own by, at most six characters of it. */
function masked(text: string): string {
  const shown = Math.min(6, Math.floor(text.length / 2));
  return '*'.repeat(text.length - shown) + text.slice(text.length - shown);
}

/** What a request is that came from nowhere; GET of the path, as in the guide's own example. */
function testExchange(test: AuthorizerTest, { clock }: PlanTools): Exchange {
  const target = test.pathWithQueryString || '/';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  return {
    request: {
      method: 'GET',
      path,
      query: mark === -1 ? '' : safeWrittenText(target.slice(mark + 1)),
      headers: test.headers,
      body: Buffer.from(test.body),
      protocol: 'HTTP/1.1',
      secure: true,
      sourceIp: 'test-invoke-source-ip',
    },
    method: 'GET',
    path,
    contextPath: path,
    domainName: 'testPrefix.testDomainName',
    requestId,
    extendedRequestId: newExtendedRequestId(),
    startedAtMs: clock.now(),
    startedMonotonicMs: clock.monotonicMs(),
    ...nothingFoundYet,
  };
}
