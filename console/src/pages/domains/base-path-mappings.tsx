/** The mappings of an edge-optimized or private domain: one segment, to stages of REST APIs. */
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { Mappings } from './mappings.tsx';

interface DomainKey {
  readonly domainName: string;
  readonly domainNameId?: string;
}

export function BasePathMappings(domain: DomainKey) {
  const { data, error } = useItems('apigateway', 'GetBasePathMappings', domain);
  return (
    <Mappings
      mappings={data?.map(({ basePath = '', restApiId = '', stage = '' }) => ({
        ...{ id: basePath, path: basePath, apiId: restApiId, stage },
      }))}
      error={error}
      onlyRest
      pathHint="One segment; empty for every path."
      add={({ apiId, stage }, basePath) =>
        call('apigateway', 'CreateBasePathMapping', {
          ...{ ...domain, restApiId: apiId, stage },
          ...(basePath !== '' && { basePath }),
        })
      }
      remove={(basePath) => call('apigateway', 'DeleteBasePathMapping', { ...domain, basePath })}
    />
  );
}
