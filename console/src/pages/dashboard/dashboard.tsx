/** How an API does: calls, errors and times of a stage over a span of time. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import LineChart from '@cloudscape-design/components/line-chart';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useItems, useOperation } from '../../client/queries.ts';
import { useSession } from '../../client/session.ts';
import { ChoiceField } from '../../shared/fields.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import type { ApiKind } from '../../shell/navigation.tsx';
import { useParam } from '../../shell/page-context.ts';
import { usePath, useQueryValue } from '../../shell/router.ts';
import { type MetricLines, readMetrics, type SpanName, spans } from './metrics.ts';

export default function Dashboard() {
  const apiId = useParam('apiId');
  const kind = usePath().split('/')[1] as ApiKind;
  const { region } = useSession();
  const { apiName, stages, error } = useApi(kind, apiId);
  const [wantedStage, setStage] = useQueryValue('stage');
  const [wantedSpan, setSpan] = useQueryValue('span');
  const stage = wantedStage ?? stages?.[0] ?? '';
  const span = wantedSpan !== undefined && wantedSpan in spans ? (wantedSpan as SpanName) : '1h';
  const metrics = useQuery({
    queryKey: [region, 'metrics', kind, apiId, apiName, stage, span],
    queryFn: () => readMetrics({ kind, apiId, apiName: apiName!, stage }, span, Date.now()),
    enabled: apiName !== undefined && stages !== undefined,
    refetchInterval: 60_000,
  });
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="Metrics of the namespace AWS/ApiGateway, minute by minute, as CloudWatch's calls tell them."
          actions={
            <Button
              iconName="refresh"
              ariaLabel="Refresh"
              loading={metrics.isFetching}
              onClick={() => void metrics.refetch()}
            />
          }
        >
          Dashboard
        </Header>
      }
    >
      <SpaceBetween size="l">
        <ColumnLayout columns={2}>
          <ChoiceField
            label="Stage"
            value={stage}
            onChange={setStage}
            placeholder="All stages"
            options={[...(stages ?? []).map((value) => ({ value })), { value: '', label: 'All stages' }]}
          />
          <SegmentedControl
            label="Period"
            selectedId={span}
            options={Object.entries(spans).map(([id, { title }]) => ({ id, text: title }))}
            onChange={({ detail }) => setSpan(detail.selectedId)}
          />
        </ColumnLayout>
        <Refusal error={error ?? metrics.error} />
        <Grid gridDefinition={(metrics.data ?? []).map(() => ({ colspan: { default: 12, xs: 6 } }))}>
          {(metrics.data ?? []).map((each) => (
            <MetricChart key={each.metric.name} {...each} />
          ))}
        </Grid>
      </SpaceBetween>
    </ContentLayout>
  );
}

function useApi(
  kind: ApiKind,
  apiId: string,
): { apiName: string | undefined; stages: string[] | undefined; error: unknown } {
  const isRest = kind === 'rest';
  const rest = useOperation('apigateway', 'GetRestApi', { restApiId: apiId }, { enabled: isRest });
  const restStages = useOperation('apigateway', 'GetStages', { restApiId: apiId }, { enabled: isRest });
  const v2 = useOperation('apigatewayv2', 'GetApi', { ApiId: apiId }, { enabled: !isRest });
  const v2Stages = useItems('apigatewayv2', 'GetStages', { ApiId: apiId }, { enabled: !isRest });
  return {
    apiName: isRest ? rest.data?.name : v2.data?.Name,
    stages: isRest
      ? restStages.data?.item?.map(({ stageName }) => stageName!)
      : v2Stages.data?.map(({ StageName }) => StageName!),
    error: rest.error ?? restStages.error ?? v2.error ?? v2Stages.error,
  };
}

const timeText = (time: Date): string => time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayText = (time: Date): string => time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });

function MetricChart({ metric, lines, sum, from, to }: MetricLines) {
  const isLong = to.getTime() - from.getTime() > 2 * 86_400_000;
  const highest = Math.max(0, ...lines.flatMap(({ points }) => points.map(({ y }) => y)));
  return (
    <Container
      fitHeight
      header={
        <Header variant="h3" {...(sum !== undefined && { counter: `(${sum.toLocaleString('en')})` })}>
          {metric.title}
        </Header>
      }
    >
      <LineChart
        ariaLabel={metric.title}
        height={160}
        hideFilter
        hideLegend={lines.length < 2}
        xScaleType="time"
        xDomain={[from, to]}
        yDomain={[0, highest === 0 ? 1 : highest * 1.1]}
        i18nStrings={{
          xTickFormatter: isLong ? dayText : timeText,
          detailPopoverDismissAriaLabel: 'Dismiss',
          legendAriaLabel: 'Legend',
          chartAriaRoleDescription: 'line chart',
        }}
        series={lines.map(({ title, points }) => ({ type: 'line' as const, title, data: [...points] }))}
        empty={<Box textAlign="center">Nothing was measured in this time.</Box>}
      />
    </Container>
  );
}
