/** A service: a model and the handlers of its operations, checked against each other before anything is served. */
import { Problem } from '../base/problem.ts';
import type { Call, Handlers, Operation } from './call.ts';
import { type Dialect, dialectOf } from './dialects.ts';
import type { Operations as AcmOperations } from './generated/acm.ts';
import type { Operations as ApiGatewayOperations } from './generated/apigateway.ts';
import type { Operations as ManagementOperations } from './generated/apigatewaymanagementapi.ts';
import type { Operations as ApiGatewayV2Operations } from './generated/apigatewayv2.ts';
import type { Operations as CloudFormationOperations } from './generated/cloudformation.ts';
import type { Operations as CloudTrailOperations } from './generated/cloudtrail.ts';
import type { Operations as CloudWatchOperations } from './generated/cloudwatch.ts';
import type { Operations as IdentityPoolOperations } from './generated/cognito-identity.ts';
import type { Operations as UserPoolOperations } from './generated/cognito-idp.ts';
import type { Operations as IamOperations } from './generated/iam.ts';
import type { Operations as LambdaOperations } from './generated/lambda.ts';
import type { Operations as LogsOperations } from './generated/logs.ts';
import type { Operations as S3Operations } from './generated/s3.ts';
import type { Operations as SsmOperations } from './generated/ssm.ts';
import type { Operations as StsOperations } from './generated/sts.ts';
import type { Operations as WafOperations } from './generated/wafv2.ts';
import type { Operations as XRayOperations } from './generated/xray.ts';
import type { HalLinks } from './hal.ts';
import { jsonProtocol } from './json-protocol.ts';
import type { WireProtocol } from './protocol.ts';
import { queryProtocol } from './query-protocol.ts';
import { restJsonProtocol } from './rest-json-protocol.ts';
import { rpcCborProtocol } from './rpc-cbor-protocol.ts';
import { loadModel, type ModelName, type OperationModel, type ServiceModel } from './service-model.ts';
import { validateInput } from './validate.ts';

/** The operations of each model in models/. */
export interface OperationsOf {
  apigateway: ApiGatewayOperations;
  apigatewayv2: ApiGatewayV2Operations;
  apigatewaymanagementapi: ManagementOperations;
  lambda: LambdaOperations;
  iam: IamOperations;
  sts: StsOperations;
  'cognito-idp': UserPoolOperations;
  'cognito-identity': IdentityPoolOperations;
  logs: LogsOperations;
  cloudwatch: CloudWatchOperations;
  xray: XRayOperations;
  acm: AcmOperations;
  cloudtrail: CloudTrailOperations;
  s3: S3Operations;
  ssm: SsmOperations;
  cloudformation: CloudFormationOperations;
  wafv2: WafOperations;
}

export interface Service {
  readonly model: ServiceModel;
  readonly dialect: Dialect;
  /** Every protocol it speaks; what no other recognises is the last one's to refuse. */
  readonly protocols: readonly WireProtocol[];
  /** Every operation of the model, in the model's order, and whether a handler answers it. */
  readonly operations: readonly { readonly name: string; readonly built: boolean }[];
  readonly halLinks: HalLinks | undefined;
  /** Validates the input and runs the handler. Throws NotImplementedException for an operation without one. */
  run(operation: OperationModel, input: Record<string, unknown>, call: Call): Promise<unknown>;
}

type AnyHandlers = Readonly<Record<string, Operation<never, unknown> | undefined>>;

/**
 * The service of a model in models/. `notBuilt` names the operations that answer 501; 'the rest' are all without a handler. Throws, with every
 * disagreement in one sentence, when a handler names an operation the model lacks or an operation is neither handled nor listed.
 */
export function createService<Name extends ModelName>(parts: {
  readonly model: Name;
  readonly handlers: Handlers<OperationsOf[Name]>;
  readonly notBuilt: readonly string[] | 'the rest';
  readonly halLinks?: HalLinks;
}): Service {
  return serviceOf(loadModel(parts.model), parts.handlers as AnyHandlers, parts.notBuilt, parts.halLinks);
}

/** As createService, for a model that is compiled already. */
export function serviceOf(
  model: ServiceModel,
  handlers: AnyHandlers,
  notBuilt: readonly string[] | 'the rest' = 'the rest',
  halLinks?: HalLinks,
): Service {
  const handlerOf = new Map(Object.entries(handlers).filter(([, handler]) => handler !== undefined));
  checkAgreement(model, new Set(handlerOf.keys()), notBuilt);
  const dialect = dialectOf(model);
  return {
    model,
    dialect,
    protocols: protocolsOf(model, dialect),
    operations: model.operationNames.map((name) => ({ name, built: handlerOf.has(name) })),
    halLinks,
    async run(operation, input, call) {
      const handler = handlerOf.get(operation.name);
      if (handler === undefined) {
        throw new Problem(
          'NotImplementedException',
          `${operation.name} is not built yet in Gatewright. docs/compatibility.md lists what is.`,
        );
      }
      validateInput(operation, input, dialect);
      return await handler(input as never, call);
    },
  };
}

function protocolsOf(model: ServiceModel, dialect: Dialect): WireProtocol[] {
  switch (model.protocol) {
    case 'rest-json':
      return [restJsonProtocol(model, dialect)];
    case 'rest-xml':
      // S3 has a door of its own (companions/buckets): its bodies stream, and its hosts and paths name buckets and objects.
      return [];
    case 'json':
      return [jsonProtocol(model, dialect)];
    case 'query':
      return [queryProtocol(model)];
    case 'smithy-rpc-v2-cbor':
      // Today's SDK for JavaScript and the AWS CLI speak json, those of Java and Go CBOR, older ones query.
      return [rpcCborProtocol(model, dialect), jsonProtocol(model, dialect), queryProtocol(model)];
    default:
      throw new Error(`Cannot serve ${model.name}: no protocol "${model.protocol}"`);
  }
}

const hasEventStream = ({ output }: OperationModel): boolean =>
  output?.members.some(({ shape }) => shape.isEventStream) === true;

function checkAgreement(
  model: ServiceModel,
  handled: ReadonlySet<string>,
  notBuilt: readonly string[] | 'the rest',
): void {
  const known = new Set(model.operationNames);
  const complaints: string[] = [];
  for (const name of handled) {
    if (!known.has(name)) complaints.push(`a handler is named ${name}, which the model lacks`);
    else if (model.protocol !== 'rest-json' && hasEventStream(model.operation(name))) {
      complaints.push(`${name} answers with an event stream, which is not built`);
    }
  }
  if (notBuilt !== 'the rest') {
    for (const name of notBuilt) {
      if (!known.has(name)) complaints.push(`${name} is listed as not built, but the model lacks it`);
      if (handled.has(name)) complaints.push(`${name} is listed as not built, but has a handler`);
    }
    for (const name of known) {
      if (!handled.has(name) && !notBuilt.includes(name))
        complaints.push(`${name} has no handler and is not listed as not built`);
    }
  }
  if (complaints.length > 0) throw new Error(`Cannot serve ${model.name}: ${complaints.join('; ')}`);
}
