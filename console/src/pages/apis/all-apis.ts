/** REST, HTTP and WebSocket APIs in one list (row VS-04). */
import { useItems } from '../../client/queries.ts';
import type { ApiKind } from '../../shell/navigation.tsx';

export interface ListedApi {
  readonly kind: ApiKind;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `Regional` */
  readonly endpointType: string;
  readonly createdMs: number | undefined;
}

const endpointTypes: Readonly<Record<string, string>> = {
  REGIONAL: 'Regional',
  EDGE: 'Edge-optimized',
  PRIVATE: 'Private',
};

export function useAllApis(): { apis: ListedApi[] | undefined; error: unknown } {
  const rest = useItems('apigateway', 'GetRestApis', { limit: 500 });
  const v2 = useItems('apigatewayv2', 'GetApis', {});
  const error = rest.error ?? v2.error;
  if (rest.data === undefined || v2.data === undefined) return { apis: undefined, error };
  const apis = [
    ...rest.data.map((api): ListedApi => {
      const types = api.endpointConfiguration?.types ?? ['EDGE'];
      const endpointType = types.map((type) => endpointTypes[type] ?? type).join(', ');
      const { id = '', name = '', description = '', createdDate } = api;
      return { kind: 'rest', id, name, description, endpointType, createdMs: createdDate };
    }),
    ...v2.data.map((api): ListedApi => {
      const { ApiId: id = '', Name: name = '', Description: description = '', CreatedDate } = api;
      const kind = api.ProtocolType === 'WEBSOCKET' ? 'websocket' : 'http';
      return { kind, id, name, description, endpointType: 'Regional', createdMs: CreatedDate };
    }),
  ];
  return { apis, error };
}
