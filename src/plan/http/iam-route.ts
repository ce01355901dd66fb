/** Routes with AWS_IAM: signatures and policies as for REST APIs, but one answer for everything that is wrong, and the signature stays in the request (recorded). */
import { Problem } from '../../base/problem.ts';
import type { AccessKey } from '../../ports/credentials.ts';
import type { Exchange } from '../exchange.ts';
import { iamCallerOf, signatureVerifier } from '../iam-authorization.ts';
import type { Step } from '../plan.ts';
import { admitCaller } from '../resource-policy.ts';
import { refusal } from './failures.ts';
import type { RouteScope } from './route-scope.ts';

/** The guard of a route. HTTP APIs have no policy of their own, so the caller's decide, and nobody of another account may call (row POL-09). */
export function requireSignatureOnRoute({ stage, tools }: RouteScope): Step {
  const verify = signatureVerifier(stage.region, tools.credentials, tools.strictPermissions);

  function admit(x: Exchange, key: AccessKey): undefined {
    admitCaller(stage, undefined, x, key);
    x.caller = iamCallerOf(key);
    return undefined;
  }

  return {
    name: 'aws-iam',
    run: function authorizeCaller(x) {
      try {
        const key = verify(x);
        if (!(key instanceof Promise)) return admit(x, key);
        return key.then((known) => admit(x, known)).catch(refuse);
      } catch (error) {
        return refuse(error);
      }
    },
  };
}

function refuse(error: unknown): never {
  throw error instanceof Problem ? refusal('ACCESS_DENIED', error.why) : error;
}
