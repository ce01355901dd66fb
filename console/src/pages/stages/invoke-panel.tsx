/** Where a stage is called, and each of its methods (row DEP-11). */
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useOperation } from '../../client/queries.ts';
import { CopyText } from '../../shared/copy-text.tsx';
import { invokeUrl, invokeUrlByPath } from '../../shared/invoke-url.ts';
import { ItemTable } from '../../shared/item-table.tsx';
import { shownTime } from '../../shared/shown-time.ts';
import type { StageTabProps } from './stage-calls.ts';

export function InvokePanel({ restApiId, stage }: StageTabProps) {
  const where = { apiId: restApiId, stage: stage.stageName! };
  return (
    <Container header={<Header variant="h2">Stage details</Header>}>
      <ColumnLayout columns={1}>
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Stage name', value: stage.stageName },
            { label: 'Deployment', value: stage.deploymentId },
            { label: 'Last updated', value: shownTime(stage.lastUpdatedDate) },
            {
              label: 'Cache cluster',
              value: stage.cacheClusterEnabled
                ? `${stage.cacheClusterSize} GB, ${stage.cacheClusterStatus}`
                : 'Inactive',
            },
          ]}
        />
        <KeyValuePairs
          columns={2}
          items={[
            { label: 'Invoke URL', value: <CopyText text={invokeUrl(where)} label="Copy invoke URL" /> },
            {
              label: 'Invoke URL by path',
              value: <CopyText text={invokeUrlByPath(where)} label="Copy invoke URL by path" />,
            },
          ]}
        />
        <ExpandableSection headerText="Invoke URLs of methods">
          <Methods restApiId={restApiId} stage={stage} />
        </ExpandableSection>
      </ColumnLayout>
    </Container>
  );
}

/** The methods of the deployment that the stage shows, which need not be those that the resources have now. */
function Methods({ restApiId, stage }: StageTabProps) {
  const { data, error } = useOperation('apigateway', 'GetDeployment', {
    restApiId,
    deploymentId: stage.deploymentId!,
    embed: ['apisummary'],
  });
  const methods = Object.entries(data?.apiSummary ?? {}).flatMap(([path, verbs]) =>
    Object.keys(verbs ?? {}).map((verb) => ({
      verb,
      path,
      url: invokeUrl({ apiId: restApiId, stage: stage.stageName!, path }),
    })),
  );
  return (
    <ItemTable
      title="Methods"
      level="h2"
      variant="embedded"
      items={data && methods}
      error={error}
      idOf={({ verb, path }) => `${verb} ${path}`}
      columns={[
        { title: 'Resource', cell: ({ path }) => path, text: ({ path }) => path },
        { title: 'Method', cell: ({ verb }) => <Box variant="code">{verb}</Box>, text: ({ verb }) => verb },
        {
          title: 'Invoke URL',
          cell: ({ url, verb, path }) => <CopyText text={url} label={`Copy invoke URL of ${verb} ${path}`} />,
        },
      ]}
      empty="This deployment has no methods."
    />
  );
}
