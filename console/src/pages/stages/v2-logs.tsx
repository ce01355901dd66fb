/** Access log of a stage, its metrics, and for WebSocket APIs the execution log. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { call } from '../../client/call.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { changeStage, type V2StageProps } from './v2-calls.ts';

const httpFormat =
  '{ "requestId":"$context.requestId", "ip": "$context.identity.sourceIp", "requestTime":"$context.requestTime", "httpMethod":"$context.httpMethod","routeKey":"$context.routeKey", "status":"$context.status","protocol":"$context.protocol", "responseLength":"$context.responseLength" }';
const webSocketFormat =
  '{ "requestId":"$context.requestId", "ip": "$context.identity.sourceIp", "requestTime":"$context.requestTime", "eventType":"$context.eventType","routeKey":"$context.routeKey", "status":"$context.status","connectionId":"$context.connectionId" }';

export function V2Logs(props: V2StageProps) {
  const { api, stage } = props;
  const { DefaultRouteSettings: route = {} } = stage;
  const isHttp = api.ProtocolType === 'HTTP';
  const draft = useDraft({
    hasAccessLog: stage.AccessLogSettings?.DestinationArn !== undefined,
    destination: stage.AccessLogSettings?.DestinationArn ?? '',
    format: stage.AccessLogSettings?.Format ?? (isHttp ? httpFormat : webSocketFormat),
    hasMetrics: route.DetailedMetricsEnabled ?? false,
    level: route.LoggingLevel ?? 'OFF',
    isFull: route.DataTraceEnabled ?? false,
  });
  const { value, set } = draft;
  async function save(): Promise<void> {
    await changeStage(props, {
      DefaultRouteSettings: {
        ...{ ...route, DetailedMetricsEnabled: value.hasMetrics },
        ...(!isHttp && { LoggingLevel: value.level as 'OFF' | 'ERROR' | 'INFO', DataTraceEnabled: value.isFull }),
      },
      ...(value.hasAccessLog && { AccessLogSettings: { DestinationArn: value.destination, Format: value.format } }),
    });
    if (!value.hasAccessLog && stage.AccessLogSettings !== undefined) {
      await call('apigatewayv2', 'DeleteAccessLogSettings', { ApiId: api.ApiId!, StageName: stage.StageName! });
    }
  }
  return (
    <EditPanel title="Logs" draft={draft} save={save} saved="Log settings saved.">
      {!isHttp && (
        <SpaceBetween size="m">
          <ChoiceField
            label="CloudWatch logs"
            value={value.level}
            onChange={(level) => set({ level: level as typeof value.level })}
            options={[
              { value: 'OFF', label: 'Off' },
              { value: 'ERROR', label: 'Errors only' },
              { value: 'INFO', label: 'Errors and info logs' },
            ]}
          />
          <SwitchField label="Log full message data" value={value.isFull} onChange={(isFull) => set({ isFull })} />
        </SpaceBetween>
      )}
      <SwitchField label="Detailed metrics" value={value.hasMetrics} onChange={(hasMetrics) => set({ hasMetrics })} />
      <SwitchField
        label="Access logging"
        value={value.hasAccessLog}
        onChange={(hasAccessLog) => set({ hasAccessLog })}
      />
      {value.hasAccessLog && (
        <SpaceBetween size="m">
          <TextField
            label="Log destination"
            placeholder="arn:aws:logs:us-east-1:000000000000:log-group:my-access-log"
            value={value.destination}
            onChange={(destination) => set({ destination })}
          />
          <TextField label="Log format" lines={4} value={value.format} onChange={(format) => set({ format })} />
        </SpaceBetween>
      )}
    </EditPanel>
  );
}
