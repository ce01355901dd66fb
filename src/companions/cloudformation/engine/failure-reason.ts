/** What stands as the reason of a resource that failed. */
import { Problem } from '../../../base/problem.ts';
import { loadModel, type ModelName } from '../../../wire/service-model.ts';
import { Refused } from '../types/resource-type.ts';

/** A failure of a call to a service, which the reason names. */
export class CallFailure extends Error {
  readonly problem: Problem;
  readonly service: string;
  readonly requestId: string;

  constructor(problem: Problem, service: string, requestId: string) {
    super(problem.message);
    this.problem = problem;
    this.service = service;
    this.requestId = requestId;
  }
}

export const isNotThere = (error: unknown): boolean =>
  error instanceof CallFailure && /NotFound|NoSuchEntity|NoSuchBucket|Nonexistent/.test(error.problem.kind);

/** Taking away what is not there any more succeeds. */
export async function ignoringGone(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isNotThere(error)) throw error;
  });
}

/** `Resource handler returned message: "…" (RequestToken: …, HandlerErrorCode: …)`, as stacks' events say it. */
export function failureReason(error: unknown, token: string): string {
  if (error instanceof CallFailure) {
    const { problem, service, requestId } = error;
    const { status, code } = statusOf(service, problem.kind);
    const said = `${problem.message} (Service: ${serviceName(service)}, Status Code: ${status}, Request ID: ${requestId})`;
    return `Resource handler returned message: "${said}" (RequestToken: ${token}, HandlerErrorCode: ${handlerCode(code)})`;
  }
  if (error instanceof Problem || error instanceof Refused) return error.message;
  return `Resource handler returned message: "${error instanceof Error ? error.message : String(error)}" (RequestToken: ${token}, HandlerErrorCode: InternalFailure)`;
}

function statusOf(service: string, kind: string): { status: number; code: string } {
  const known = loadModel(service as ModelName).exception(kind)?.error;
  if (known !== undefined) return { status: known.status, code: kind };
  // S3's model lists few of its errors.
  const status = /Denied|Unrecognized/.test(kind)
    ? 403
    : /^NoSuch/.test(kind)
      ? 404
      : /NotEmpty|Exists|Owned/.test(kind)
        ? 409
        : 400;
  return { status, code: kind };
}

const names: Readonly<Record<string, string>> = {
  apigateway: 'ApiGateway',
  apigatewayv2: 'AmazonApiGatewayV2',
  lambda: 'Lambda',
  iam: 'Iam',
  'cognito-idp': 'CognitoIdentityProvider',
  'cognito-identity': 'CognitoIdentity',
  logs: 'CloudWatchLogs',
  cloudwatch: 'CloudWatch',
  wafv2: 'Wafv2',
  acm: 'Acm',
  s3: 'S3',
  ssm: 'Ssm',
  xray: 'XRay',
};
const serviceName = (service: string): string => names[service] ?? service;

function handlerCode(kind: string): string {
  if (/Conflict|Exists|Duplicate|AlreadyOwned/.test(kind)) return 'AlreadyExists';
  if (/NotFound|NoSuch/.test(kind)) return 'NotFound';
  if (/AccessDenied|Unauthorized|NotAuthorized/.test(kind)) return 'AccessDenied';
  if (/LimitExceeded/.test(kind)) return 'ServiceLimitExceeded';
  if (/Throttl|TooManyRequests/.test(kind)) return 'Throttling';
  if (/BadRequest|Invalid|Validation|Malformed|Serialization/.test(kind)) return 'InvalidRequest';
  return 'GeneralServiceException';
}
