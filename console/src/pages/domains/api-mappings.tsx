/** The mappings of a regional domain: paths of several segments, to stages of APIs of any kind. */
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { Mappings } from './mappings.tsx';

export function ApiMappings({ domainName }: { domainName: string }) {
  const DomainName = domainName;
  const { data, error } = useItems('apigatewayv2', 'GetApiMappings', { DomainName });
  return (
    <Mappings
      mappings={data?.map(({ ApiMappingId = '', ApiMappingKey = '', ApiId = '', Stage = '' }) => ({
        ...{ id: ApiMappingId, path: ApiMappingKey || '(all)', apiId: ApiId, stage: Stage },
      }))}
      error={error}
      pathHint="Several segments if you like, orders/v2; empty for every path."
      add={({ apiId, stage }, path) =>
        call('apigatewayv2', 'CreateApiMapping', {
          ...{ DomainName, ApiId: apiId, Stage: stage },
          ...(path !== '' && { ApiMappingKey: path }),
        })
      }
      remove={(ApiMappingId) => call('apigatewayv2', 'DeleteApiMapping', { DomainName, ApiMappingId })}
    />
  );
}
