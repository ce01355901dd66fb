/** An authorizer as its form has it. */
import type { Authorizer, AuthorizerType } from '../../../../src/wire/generated/apigateway.ts';
import { functionInUri } from '../../shared/function-arn.ts';

export interface IdentitySource {
  /** `method.request.header.` */
  readonly beginning: string;
  readonly name: string;
}

export const sourceTypes: readonly (readonly [beginning: string, label: string])[] = [
  ['method.request.header.', 'Header'],
  ['method.request.querystring.', 'Query string'],
  ['stageVariables.', 'Stage variable'],
  ['context.', 'Context'],
];

export interface AuthorizerDraft {
  readonly name: string;
  readonly type: AuthorizerType;
  readonly functionRegion: string;
  readonly functionName: string;
  /** ARN of the role the function is invoked with; empty: the function's policy lets API Gateway in. */
  readonly role: string;
  /** ARNs of user pools. */
  readonly pools: readonly string[];
  /** A header's name; of TOKEN and of user pools. */
  readonly tokenSource: string;
  /** A regular expression. */
  readonly validation: string;
  readonly sources: readonly IdentitySource[];
  readonly isCached: boolean;
  /** Seconds, as written. */
  readonly ttl: string;
}

export function draftOfAuthorizer(authorizer: Authorizer | undefined, region: string): AuthorizerDraft {
  const { type = 'TOKEN', identitySource = '', authorizerResultTtlInSeconds: seconds = 300 } = authorizer ?? {};
  const arn = functionInUri(authorizer?.authorizerUri) ?? '';
  const sources = sourcesIn(identitySource);
  return {
    name: authorizer?.name ?? '',
    type,
    functionRegion: arn.split(':')[3] || region,
    functionName: arn,
    role: authorizer?.authorizerCredentials ?? '',
    pools: authorizer?.providerARNs ?? [],
    tokenSource: type === 'REQUEST' ? 'Authorization' : (sources[0]?.name ?? 'Authorization'),
    validation: authorizer?.identityValidationExpression ?? '',
    sources: type === 'REQUEST' ? sources : [{ beginning: 'method.request.header.', name: 'Authorization' }],
    isCached: seconds !== 0,
    ttl: String(seconds || 300),
  };
}

/** `method.request.header.Authorization, stageVariables.kind` */
export function sourcesIn(text: string): IdentitySource[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      const [beginning = ''] = sourceTypes.find(([start]) => each.startsWith(start)) ?? [];
      return { beginning, name: each.slice(beginning.length) };
    });
}

/** What is sent for identities: a header of a token, or all sources. */
export function identitySourceOf({ type, tokenSource, sources }: AuthorizerDraft): string {
  if (type !== 'REQUEST') return `method.request.header.${tokenSource}`;
  return sources
    .filter(({ name }) => name !== '')
    .map(({ beginning, name }) => `${beginning}${name}`)
    .join(', ');
}

export const ttlOf = ({ isCached, ttl }: AuthorizerDraft): number => (isCached ? Number(ttl || 300) : 0);
