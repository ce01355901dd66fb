/** The function behind a Lambda authorizer: permission checked, called with a deadline, its failures told apart (rows LA-07, LA-11, LA-14). */
import { newHex } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { FunctionResult } from '../../ports/functions.ts';
import type { Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { functionFailure } from '../lambda-failure.ts';
import { accountIn, isLambdaInvocation, withDeadline } from '../lambda-target.ts';
import type { StageContext } from '../plan.ts';
import { withStageVariables } from '../stage-variables.ts';
import type { PlanTools } from '../tools.ts';
import { functionTrace } from '../trace.ts';

export interface AuthorizerFunctionScope {
  readonly authorizerId: string;
  readonly name: string;
  readonly uri: string | undefined;
  /** Role that makes the call; without one the function's own policy decides. */
  readonly credentials: string | undefined;
  readonly timeoutMs: number;
  readonly stage: StageContext;
  readonly tools: PlanTools;
  readonly complain: (what: string) => void;
}

export interface AuthorizerFunction {
  /** Stage variables filled in. */
  readonly functionArn: string;
  /**
   * What the function answered, unread. Rejects with UNAUTHORIZED when it said so, AUTHORIZER_CONFIGURATION_ERROR when it may not or cannot be called,
   * AUTHORIZER_FAILURE when it failed or took too long.
   */
  ask(x: Exchange, event: string): Promise<Buffer>;
}

/** Undefined after a complaint. */
export function compileAuthorizerFunction(scope: AuthorizerFunctionScope): AuthorizerFunction | undefined {
  const { name, uri = '', timeoutMs, stage, tools } = scope;
  if (!isLambdaInvocation(uri)) {
    scope.complain(`the authorizer ${name} needs the URI of a Lambda invocation, not ${uri || 'none'}`);
    return undefined;
  }
  const written = uri.slice(uri.indexOf('/functions/') + '/functions/'.length, -'/invocations'.length);
  const functionArn = withStageVariables(written, stage.stageVariables);
  const checkPermission = compilePermissionCheck(scope, functionArn);
  const lineage = newHex(8);

  return {
    functionArn,
    ask: async function askAuthorizer(x, event) {
      await checkPermission?.();
      const traceId = functionTrace(x, lineage);
      const guards = x.access?.guards;
      const askedAtMs = guards && tools.clock.monotonicMs();
      const invocation = tools.functions.invoke({ functionArn, payload: event, type: 'RequestResponse', traceId });
      const result = await withDeadline(invocation, timeoutMs, functionArn).catch((error: unknown) =>
        failed(name, error),
      );
      if (guards !== undefined) {
        guards.functionMs = tools.clock.monotonicMs() - askedAtMs!;
        guards.functionRequestId = result.requestId;
        // Lambda's API answers 200 to a call whose function fails, too.
        guards.functionStatus = 200;
      }
      if (result.functionError !== undefined) throw refusedBy(name, result);
      return result.payload;
    },
  };
}

function failed(name: string, error: unknown): never {
  const why = error instanceof Problem ? `${error.kind}: ${error.why}` : String(error);
  throw gatewayProblem('AUTHORIZER_FAILURE', `authorizer ${name}: ${why}`, { cause: error });
}

/** A function that fails with exactly this word refuses the caller; any other failure is its own (row LA-07). */
function refusedBy(name: string, result: FunctionResult): Problem {
  const { message, why } = functionFailure(result);
  if (message === 'Unauthorized') return gatewayProblem('UNAUTHORIZED', `authorizer ${name} said Unauthorized`);
  return gatewayProblem('AUTHORIZER_FAILURE', `authorizer ${name}: ${why}`);
}

/** As for integrations: asked before each call, and told but not enforced where permissions are not strict. */
function compilePermissionCheck(
  scope: AuthorizerFunctionScope,
  functionArn: string,
): (() => Promise<void>) | undefined {
  const { name, authorizerId, credentials, stage, tools } = scope;
  const { apiId, account, region } = stage;
  // A role speaks for its own account only: another account's function asks its policy all the same.
  if (credentials && accountIn(functionArn, account) === account) return undefined;
  const sourceArn = `arn:aws:execute-api:${region}:${account}:${apiId}/authorizers/${authorizerId}`;
  const permission = { functionArn, principal: 'apigateway.amazonaws.com', sourceArn, sourceAccount: account };
  const missing =
    `authorizer ${name}: ${functionArn} does not let this API call it (AWS answers 500 then); permit it with:` +
    ` aws lambda add-permission --function-name ${functionArn} --statement-id apigateway-authorizer-${authorizerId}` +
    ` --action lambda:InvokeFunction --principal apigateway.amazonaws.com --source-arn '${sourceArn}'`;
  let isTold = false;
  return async function checkPermission() {
    if (isTold || (await tools.functions.mayInvoke(permission))) return;
    if (tools.strictPermissions) throw gatewayProblem('AUTHORIZER_CONFIGURATION_ERROR', missing);
    isTold = true;
    tools.log.warn(missing, { apiId, stage: stage.stage });
  };
}
