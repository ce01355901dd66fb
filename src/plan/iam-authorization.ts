/** Methods with AWS_IAM: who signed the request, whether they may invoke it, and what the rest of the line learns of them (rows IAM-*). */
import { Problem } from '../base/problem.ts';
import { type SignatureRules, verifySignature } from '../base/sigv4-verify.ts';
import type { AccessKey, Credentials } from '../ports/credentials.ts';
import type { Exchange, IamCaller } from './exchange.ts';
import { gatewayProblem } from './gateway-responses.ts';
import type { InvokedStage } from './invoke-request.ts';
import type { Step } from './plan.ts';
import { admitCaller, type ResourcePolicy } from './resource-policy.ts';

export interface IamScope {
  readonly stage: InvokedStage;
  readonly policy: ResourcePolicy | undefined;
  readonly credentials: Credentials;
  /** Only bodies that are signed, unless they come over TLS. */
  readonly strict: boolean;
  /** What is invoked, where it is not the request's method and path: `arn:aws:execute-api:…:abc/prod/$connect`. */
  readonly invoked?: string;
}

/** The guard of an AWS_IAM method. */
export function requireSignature({ stage, policy, credentials, strict, invoked }: IamScope): Step {
  const verify = signatureVerifier(stage.region, credentials, strict);

  function admit(x: Exchange, key: AccessKey): undefined {
    const guards = x.access?.guards;
    guards?.enter('authorize');
    admitCaller(stage, policy, x, key, invoked);
    guards?.leave();
    x.caller = iamCallerOf(key);
    // The signature has done its work; a backend would only see a header that looks like credentials (recorded, row IAM-09).
    dropAuthorization(x);
    return undefined;
  }

  return {
    name: policy === undefined ? 'aws-iam' : 'aws-iam with resource policy',
    run: function authorizeCaller(x) {
      x.access?.guards?.enter('authenticate');
      const key = verify(x);
      return key instanceof Promise ? key.then((known) => admit(x, known)) : admit(x, key);
    },
  };
}

/** Who signed a request to an API of this region. Throws or rejects with the refusal as REST APIs answer it. */
export function signatureVerifier(
  region: string,
  credentials: Credentials,
  strict: boolean,
): (x: Exchange) => AccessKey | Promise<AccessKey> {
  const rules: SignatureRules = {
    service: 'execute-api',
    region,
    allowsUnsignedPayload: !strict,
    quotesAuthorization: true,
  };
  const keyOf = (accessKeyId: string): ReturnType<Credentials['accessKey']> => credentials.accessKey(accessKeyId);
  return function verify(x) {
    try {
      const verified = verifySignature(x.request, rules, keyOf, x.startedAtMs);
      if (!(verified instanceof Promise)) return verified.key;
      return verified.then(
        ({ key }) => key,
        (error) => {
          throw refusal(error);
        },
      );
    } catch (error) {
      throw refusal(error);
    }
  };
}

/** Kinds of the AWS-wide vocabulary as gateway response types; what is not listed has no type of its own. */
const responseTypes = {
  MissingAuthenticationTokenException: 'MISSING_AUTHENTICATION_TOKEN',
  InvalidSignatureException: 'INVALID_SIGNATURE',
  ExpiredTokenException: 'EXPIRED_TOKEN',
} as const;

function refusal(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const { kind, message, why } = error;
  if (Object.hasOwn(responseTypes, kind)) {
    return gatewayProblem(responseTypes[kind as keyof typeof responseTypes], why, { message });
  }
  // Unreadable signatures and unknown keys: 403, each with an error type of its own.
  return gatewayProblem('DEFAULT_4XX', why, { message, status: 403, errorType: kind });
}

/** The key behind what an exchange shows of its caller. */
const keysOfCallers = new WeakMap<IamCaller, AccessKey>();

/** The key that signed the request, for integrations that act with the caller's own credentials; undefined where nobody had to sign. */
export function callerKey({ caller }: Exchange): AccessKey | undefined {
  return caller === null ? undefined : keysOfCallers.get(caller);
}

/** As `$context.identity` and events show a caller. */
export function iamCallerOf(key: AccessKey): IamCaller {
  const caller: IamCaller = {
    accessKey: key.accessKeyId,
    accountId: key.account,
    caller: key.userId,
    user: key.userId,
    userArn: key.callerArn,
    principalOrgId: undefined,
    cognito: key.cognito ?? null,
  };
  keysOfCallers.set(caller, key);
  return caller;
}

function dropAuthorization({ request }: Exchange): void {
  const { headers } = request;
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    if (headers[i]!.toLowerCase() === 'authorization') headers.splice(i, 2);
  }
}
