/** What all parts of a method's page are about. */
import type { Integration, Method } from '../../../../src/wire/generated/apigateway.ts';
import type { ResourceNode } from './resources.ts';

export interface MethodProps {
  readonly apiId: string;
  readonly node: ResourceNode;
  readonly verb: string;
  readonly method: Method;
}

export interface IntegrationProps extends MethodProps {
  readonly integration: Integration;
}

/** As operations name a method. */
export const placeOf = ({ apiId, node, verb }: MethodProps) => ({
  restApiId: apiId,
  resourceId: node.id,
  httpMethod: verb,
});

export const isProxyType = (integration: Integration | undefined): boolean =>
  integration?.type?.endsWith('_PROXY') ?? false;

/** `{petId}` and `{proxy+}` of a path, without braces. */
export const pathVariables = (path: string): string[] =>
  [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name]) => name!);

/** The maps of records hold nothing but text. */
export const textMap = (map: Readonly<Record<string, string | null>> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, value ?? '']));
