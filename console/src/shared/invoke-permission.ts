/** Lets API Gateway invoke a function: the statement of the function's policy that an integration needs (row INT-12). */
import { AwsError } from '../client/aws-error.ts';
import { call, callerIdentity } from '../client/call.ts';
import { currentSession } from '../client/session.ts';

const principal = 'apigateway.amazonaws.com';

/** `arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/` and what of the API is meant. */
export async function sourceArn(apiId: string, source: string): Promise<string> {
  const { account } = await callerIdentity();
  return `arn:aws:execute-api:${currentSession().region}:${account}:${apiId}/${source}`;
}

/** Every stage of a method: `*` + `/GET/pets/*` for `GET /pets/{id}`. */
export function sourceOfMethod(verb: string, path: string): string {
  return `*/${verb === 'ANY' ? '*' : verb}${path.replace(/\{[^}]*\}/g, '*')}`;
}

/** Every stage of a route: of `GET /pets/{id}`, of `$default`, of `sendmessage`. */
export function sourceOfRoute(routeKey: string): string {
  const [verb, path] = routeKey.split(' ') as [string, string?];
  if (path !== undefined) return `*/${verb === 'ANY' ? '*' : verb}${path.replace(/\{[^}]*\}/g, '*')}`;
  return `*/${verb}`;
}

export const sourceOfAuthorizer = (authorizerId: string): string => `authorizers/${authorizerId}`;

/** Adds the statement unless the function's policy has it already. */
export async function letInvoke(functionArn: string, source: string): Promise<void> {
  if (await mayInvokeAlready(functionArn, source)) return;
  const { region, name, qualifier } = partsOf(functionArn);
  const id = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0'));
  const statement = { StatementId: `gatewright-${id.join('')}`, Action: 'lambda:InvokeFunction', Principal: principal };
  await call('lambda', 'AddPermission', { FunctionName: name, ...qualifier, ...statement, SourceArn: source }, region);
}

/** The ARN of the function itself, and its alias or version apart. */
function partsOf(functionArn: string): { region: string; name: string; qualifier: { Qualifier?: string } } {
  const parts = functionArn.split(':');
  return {
    region: parts[3]!,
    name: parts.slice(0, 7).join(':'),
    qualifier: parts[7] === undefined ? {} : { Qualifier: parts[7] },
  };
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: { readonly Service?: string };
  readonly Condition?: { readonly ArnLike?: Readonly<Record<string, string>> };
}

/** Whether that very statement is there. */
export async function mayInvokeAlready(functionArn: string, source: string): Promise<boolean> {
  const { region, name, qualifier } = partsOf(functionArn);
  try {
    const { Policy } = await call('lambda', 'GetPolicy', { FunctionName: name, ...qualifier }, region);
    const { Statement = [] } = JSON.parse(Policy ?? '{}') as { Statement?: readonly Statement[] };
    return Statement.some(
      ({ Effect, Principal, Condition }) =>
        Effect === 'Allow' &&
        Principal?.Service === principal &&
        Object.entries(Condition?.ArnLike ?? {}).some(
          ([key, value]) => key.toLowerCase() === 'aws:sourcearn' && value === source,
        ),
    );
  } catch (error) {
    if (error instanceof AwsError && error.status === 404) return false;
    throw error;
  }
}
