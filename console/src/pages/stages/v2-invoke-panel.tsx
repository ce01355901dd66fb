/** Where a stage is called, and each of its routes (row DEP-11). */
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useItems } from '../../client/queries.ts';
import { CopyText } from '../../shared/copy-text.tsx';
import { invokeUrl, invokeUrlByPath, webSocketUrl } from '../../shared/invoke-url.ts';
import { ItemTable } from '../../shared/item-table.tsx';
import { shownTime } from '../../shared/shown-time.ts';
import type { V2StageProps } from './v2-calls.ts';

export function V2InvokePanel({ api, stage }: V2StageProps) {
  const where = { apiId: api.ApiId!, stage: stage.StageName! };
  const isHttp = api.ProtocolType === 'HTTP';
  const shown = isHttp ? (url: string) => url : webSocketUrl;
  return (
    <Container header={<Header variant="h2">Stage details</Header>}>
      <ColumnLayout columns={1}>
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Stage name', value: stage.StageName },
            { label: 'Deployment', value: stage.DeploymentId ?? '-' },
            { label: 'Automatic deployment', value: stage.AutoDeploy ? 'On' : 'Off' },
            { label: 'Last updated', value: shownTime(stage.LastUpdatedDate) },
          ]}
        />
        <KeyValuePairs
          columns={2}
          items={[
            {
              label: isHttp ? 'Invoke URL' : 'WebSocket URL',
              value: <CopyText text={shown(invokeUrl(where))} label="Copy invoke URL" />,
            },
            {
              label: 'By path',
              value: <CopyText text={shown(invokeUrlByPath(where))} label="Copy invoke URL by path" />,
            },
            ...(isHttp
              ? []
              : [
                  {
                    label: '@connections URL',
                    value: <CopyText text={`${invokeUrl(where)}/@connections`} label="Copy connections URL" />,
                  },
                ]),
          ]}
        />
        {isHttp && (
          <ExpandableSection headerText="Invoke URLs of routes">
            <Routes api={api} stage={stage} />
          </ExpandableSection>
        )}
      </ColumnLayout>
    </Container>
  );
}

function Routes({ api, stage }: V2StageProps) {
  const { data, error } = useItems('apigatewayv2', 'GetRoutes', { ApiId: api.ApiId! });
  const routes = data?.map(({ RouteKey }) => {
    const [verb = 'ANY', path = '/'] = RouteKey === '$default' ? ['$default', '/'] : RouteKey!.split(' ');
    return { key: RouteKey!, verb, path, url: invokeUrl({ apiId: api.ApiId!, stage: stage.StageName!, path }) };
  });
  return (
    <ItemTable
      title="Routes"
      level="h2"
      variant="embedded"
      items={routes}
      error={error}
      idOf={({ key }) => key}
      columns={[
        { title: 'Path', cell: ({ path }) => path, text: ({ path }) => path },
        { title: 'Method', cell: ({ verb }) => <Box variant="code">{verb}</Box>, text: ({ verb }) => verb },
        { title: 'Invoke URL', cell: ({ url, key }) => <CopyText text={url} label={`Copy invoke URL of ${key}`} /> },
      ]}
      empty="This API has no routes."
    />
  );
}
