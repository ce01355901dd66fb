/** A function as an integration reaches it: found in the URI, permission checked, invoked with a deadline. */
import type { FunctionInvocation, FunctionResult, InvokePermission } from '../ports/functions.ts';
import type { StreamedFunctionResult } from '../ports/streaming.ts';
import type { Exchange } from './exchange.ts';
import { configurationError } from './execution-log.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { lambdaCallLog } from './lambda-call-log.ts';
import { callerCredentials, checkCaller, checkRole } from './lambda-credentials.ts';
import { functionFailure } from './lambda-failure.ts';
import type { MethodScope } from './method-scope.ts';
import type { StageContext } from './plan.ts';
import { withStageVariables } from './stage-variables.ts';
import type { PlanTools } from './tools.ts';

export interface LambdaTarget {
  /** As it stands in the URI, stage variables filled in. */
  readonly functionArn: string;
  /**
   * Runs the function. Rejects with API_CONFIGURATION_ERROR when it may not or cannot be called, INTEGRATION_TIMEOUT when the integration's time is
   * over (the invocation itself goes on, as in AWS); Problems of the Lambda API pass through.
   */
  invoke(
    x: Exchange,
    payload: string | Uint8Array,
    type: 'RequestResponse' | 'Event',
    traceId: string,
  ): Promise<FunctionResult>;
  /** As `invoke`, but resolves when the function begins to answer. */
  stream(x: Exchange, payload: string | Uint8Array, traceId: string): Promise<StreamedFunctionResult>;
}

/** A second slash after `path` is accepted (recorded). */
const invocationUri = /^arn:aws[\w-]*:apigateway:[\w-]*:lambda:path\/{1,2}2015-03-31\/functions\/(.*)\/invocations$/;

/** Of a function that streams its answer (row NEW-02). */
const streamingUri =
  /^arn:aws[\w-]*:apigateway:[\w-]*:lambda:path\/{1,2}2021-11-15\/functions\/(.*)\/response-streaming-invocations$/;

/** Whether an integration's URI is that of a function's invocation. */
export function isLambdaInvocation(uri: string): boolean {
  return invocationUri.test(uri);
}

/** A function's own ARN, perhaps with stage variables in it, or one that a stage variable holds: how HTTP and WebSocket APIs may name it (row V2-10). */
export function isFunctionArn(uri: string): boolean {
  return /^arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:.+$/.test(uri) || /^\$\{stageVariables\.[\w-]+\}$/.test(uri);
}

/** What calling a function is compiled from. */
export interface FunctionScope {
  /** `GET /pets/{id}` */
  readonly label: string;
  /** As configured: a name, a partial or full ARN, with stage variables in it. */
  readonly functionArn: string;
  /** Role that makes the call; undefined or empty when the function's own policy lets the API in. */
  readonly credentials: string | undefined;
  readonly timeoutMs: number;
  /** What stands behind the stage in the API's execution ARN, `GET/pets/*`. */
  readonly verbAndPath: string;
  /** Of the statement that would permit the call. */
  readonly statementId: string;
  /** Path template, told to the execution log; absent where the call is no integration's and the log does not have it. */
  readonly resourcePath?: string;
  readonly stage: StageContext;
  readonly tools: PlanTools;
}

/** Finds the function of an AWS or AWS_PROXY integration. Undefined after a complaint: the URI is no Lambda invocation. */
export function compileLambdaTarget(scope: MethodScope): LambdaTarget | undefined {
  const { integration, complain, stage } = scope;
  const uri = integration.uri ?? '';
  const isStreamed = integration.responseTransferMode === 'STREAM';
  const written = (isStreamed ? streamingUri : invocationUri).exec(uri)?.[1];
  if (written === undefined) {
    const what = isStreamed
      ? 'responseTransferMode STREAM needs a URI that ends in 2021-11-15/functions/{arn}/response-streaming-invocations'
      : `${integration.type} needs the URI of a Lambda invocation`;
    complain(`${what}, not ${uri || 'none'}`);
    return undefined;
  }
  if (integration.credentials === callerCredentials && scope.method.authorizationType !== 'AWS_IAM') {
    complain('the caller’s own credentials need the method’s authorizationType to be AWS_IAM');
    return undefined;
  }
  return compileFunction({
    label: scope.label,
    functionArn: written,
    credentials: integration.credentials,
    timeoutMs: integration.timeoutInMillis,
    verbAndPath: verbAndPath(scope),
    statementId: `apigateway-${stage.apiId}-${scope.resourceId}-${scope.method.httpMethod.toLowerCase()}`,
    resourcePath: scope.resourcePath,
    stage,
    tools: scope.tools,
  });
}

/** The function as it stands in the URI of its invocation; undefined when the URI is none. */
export function invokedFunction(uri: string): string | undefined {
  return invocationUri.exec(uri)?.[1];
}

/** A function that a request line calls. */
export function compileFunction(scope: FunctionScope): LambdaTarget {
  const functionArn = withStageVariables(scope.functionArn, scope.stage.stageVariables);
  const permission = permissionOf(scope, functionArn);
  const mayCall = compilePermissionCheck(scope, permission);
  const callLog = scope.resourcePath === undefined ? undefined : lambdaCallLog(scope, scope.resourcePath, functionArn);
  const { functions, clock } = scope.tools;
  const { timeoutMs } = scope;

  return {
    functionArn,
    invoke(x, payload, type, traceId) {
      return called(x, { functionArn, payload, type, traceId }, (invocation) => functions.invoke(invocation));
    },
    stream(x, payload, traceId) {
      const invocation: FunctionInvocation = { functionArn, payload, type: 'RequestResponse', traceId };
      // Asked for at compile time (plan/stream-backend.ts).
      const streams = scope.tools.streaming!.functions;
      return called(
        x,
        invocation,
        (each) => streams.stream(each),
        (late) => late.body.cancel(),
      );
    },
  };

  async function called<Result extends FunctionResult>(
    x: Exchange,
    invocation: FunctionInvocation,
    call: (invocation: FunctionInvocation) => Promise<Result>,
    giveUp?: (late: Result) => void,
  ): Promise<Result> {
    callLog?.request(x, invocation);
    await mayCall?.(x);
    const startedMs = clock.monotonicMs();
    const calling = call(invocation);
    let result: Result;
    try {
      result = await withDeadline(calling, timeoutMs, functionArn);
    } catch (error) {
      if (giveUp !== undefined) calling.then(giveUp, () => {});
      throw error;
    } finally {
      x.integrationLatencyMs = clock.monotonicMs() - startedMs;
    }
    callLog?.response(x, invocation, result);
    if (x.access !== undefined) {
      x.access.endpointStatus = result.status;
      x.access.endpointRequestId = result.requestId;
      x.access.answerBytes = result.payload.length;
      if (result.functionError !== undefined) x.access.functionError = functionFailure(result).message;
    }
    return result;
  }
}

function permissionOf(scope: FunctionScope, functionArn: string): InvokePermission {
  const { apiId, account, region, stage } = scope.stage;
  return {
    functionArn,
    principal: 'apigateway.amazonaws.com',
    sourceArn: `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${scope.verbAndPath}`,
    sourceAccount: account,
  };
}

/** `GET/pets/*`: a path parameter and the verb ANY are stars in an execution ARN (row INT-11). */
function verbAndPath(scope: MethodScope): string {
  const verb = scope.method.httpMethod === 'ANY' ? '*' : scope.method.httpMethod;
  return `${verb}${scope.resourcePath.replace(/\{[^}]*\}/g, '*')}`;
}

/**
 * Checks the function's own policy before each call, so that a permission added or removed acts at once; undefined when a role makes
 * the call, which needs no permission from the function (recorded). When permissions are not strict a missing one is told once per method, and a
 * role need not exist.
 */
function compilePermissionCheck(
  scope: FunctionScope,
  permission: InvokePermission,
): ((x: Exchange) => void | Promise<void>) | undefined {
  const { credentials = '', label, stage, tools } = scope;
  const { functions, strictPermissions, log } = tools;
  const { functionArn } = permission;
  if (credentials === callerCredentials) return checkCaller(label, functionArn, stage);
  // A role speaks for its own account only: another account's function asks its policy all the same.
  if (credentials !== '' && accountIn(functionArn, stage.account) === stage.account) {
    const roleArn = withStageVariables(credentials, stage.stageVariables);
    return strictPermissions ? checkRole(label, roleArn, functionArn, stage, tools) : undefined;
  }
  const missing =
    `${scope.label}: ${permission.functionArn} does not let this API call it` +
    ` (AWS answers 500 then); permit it with: ${addPermissionCommand(scope, permission.functionArn)}`;
  let isTold = false;
  return async function checkPermission() {
    if (isTold || (await functions.mayInvoke(permission))) return;
    if (strictPermissions) throw gatewayProblem('API_CONFIGURATION_ERROR', missing, { logged: invalidPermissions });
    isTold = true;
    log.warn(missing, { apiId: scope.stage.apiId, stage: scope.stage.stage, method: scope.label });
  };
}

/** What AWS's log has for a function that may not be called, and for one that is not there. */
export const invalidPermissions = configurationError('Invalid permissions on Lambda function');

/** The account of a function's ARN or partial ARN; a bare name is of the caller's own. */
export function accountIn(functionArn: string, own: string): string {
  return /^(?:arn:[^:]+:lambda:[^:]*:)?(\d{12}):/.exec(functionArn)?.[1] ?? own;
}

/** The command that mends a missing permission, for every stage of the API as the AWS console grants it. */
function addPermissionCommand(scope: FunctionScope, functionArn: string): string {
  const { apiId, account, region } = scope.stage;
  return (
    `aws lambda add-permission --function-name ${functionArn} --statement-id ${scope.statementId}` +
    ' --action lambda:InvokeFunction --principal apigateway.amazonaws.com' +
    ` --source-arn 'arn:aws:execute-api:${region}:${account}:${apiId}/*/${scope.verbAndPath}'`
  );
}

/** The work's result, or INTEGRATION_TIMEOUT; the work itself goes on. */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(gatewayProblem('INTEGRATION_TIMEOUT', `${what} has not answered within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
