/** What a stage tells of its calls: execution log, metrics, access log, traces. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { changedPatches, type Patch, replaced } from '../../shared/map-patches.ts';
import { accessLogFormats } from './access-log-formats.ts';
import { patchStage, type StageTabProps } from './stage-calls.ts';

const levels = [
  { value: 'OFF', label: 'Off' },
  { value: 'ERROR', label: 'Errors only' },
  { value: 'INFO', label: 'Errors and info logs' },
];

export function LogsTab(props: StageTabProps) {
  const { stage } = props;
  const all = stage.methodSettings?.['*/*'];
  const saved = {
    level: all?.loggingLevel ?? 'OFF',
    isFull: all?.dataTraceEnabled ?? false,
    hasMetrics: all?.metricsEnabled ?? false,
    isTraced: stage.tracingEnabled ?? false,
    hasAccessLog: stage.accessLogSettings !== undefined,
    destination: stage.accessLogSettings?.destinationArn ?? '',
    format: stage.accessLogSettings?.format ?? '',
  };
  const draft = useDraft(saved);
  const { value, set } = draft;

  function accessLogPatches(): Patch[] {
    if (!value.hasAccessLog) return saved.hasAccessLog ? [{ op: 'remove', path: '/accessLogSettings' }] : [];
    const { destination, format } = value;
    if (saved.hasAccessLog && destination === saved.destination && format === saved.format) return [];
    return [replaced('/accessLogSettings/destinationArn', destination), replaced('/accessLogSettings/format', format)];
  }

  const save = (): Promise<unknown> =>
    patchStage(props, [
      ...changedPatches(
        {
          level: '/*/*/logging/loglevel',
          isFull: '/*/*/logging/dataTrace',
          hasMetrics: '/*/*/metrics/enabled',
          isTraced: '/tracingEnabled',
        },
        saved,
        value,
      ),
      ...accessLogPatches(),
    ]);

  return (
    <EditPanel
      title="Logs and tracing"
      description="Execution logs are in the log group API-Gateway-Execution-Logs_{api}/{stage}; every group is read with the CloudWatch Logs calls."
      draft={draft}
      save={save}
      saved="Log settings saved."
    >
      <SpaceBetween size="m">
        <ChoiceField
          label="CloudWatch logs"
          value={value.level}
          onChange={(level) => set({ level })}
          options={levels}
        />
        <SwitchField
          label="Data tracing"
          description="Logs whole requests and responses. They may hold secrets."
          value={value.isFull}
          isDisabled={value.level === 'OFF'}
          onChange={(isFull) => set({ isFull })}
        />
        <SwitchField
          label="Detailed metrics"
          description="Metrics of every method beside those of the stage."
          value={value.hasMetrics}
          onChange={(hasMetrics) => set({ hasMetrics })}
        />
        <SwitchField label="X-Ray tracing" value={value.isTraced} onChange={(isTraced) => set({ isTraced })} />
        <SwitchField
          label="Custom access logging"
          value={value.hasAccessLog}
          onChange={(hasAccessLog) =>
            set({ hasAccessLog, ...(value.format === '' && { format: accessLogFormats.json }) })
          }
        />
        {value.hasAccessLog && (
          <SpaceBetween size="m">
            <TextField
              label="Access log destination ARN"
              placeholder="arn:aws:logs:us-east-1:000000000000:log-group:my-access-log"
              value={value.destination}
              onChange={(destination) => set({ destination })}
            />
            <ChoiceField
              label="Format to begin with"
              value=""
              placeholder="Insert an example"
              onChange={(name) => set({ format: accessLogFormats[name as keyof typeof accessLogFormats] })}
              options={[
                { value: 'clf', label: 'CLF' },
                { value: 'json', label: 'JSON' },
                { value: 'xml', label: 'XML' },
                { value: 'csv', label: 'CSV' },
              ]}
            />
            <TextField label="Log format" lines={4} value={value.format} onChange={(format) => set({ format })} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </EditPanel>
  );
}
