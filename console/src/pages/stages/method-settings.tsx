/** What single methods of a stage do otherwise than the stage. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useOperation } from '../../client/queries.ts';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { patchSegment, replaced } from '../../shared/map-patches.ts';
import { tellSuccess } from '../../shell/flash.tsx';
import { patchStage, type StageTabProps } from './stage-calls.ts';

export function MethodSettings(props: StageTabProps) {
  const [edited, setEdited] = useState<string>();
  const [selected, select] = useState<string>();
  const settings = props.stage.methodSettings ?? {};
  const overrides = Object.entries(settings).flatMap(([key, setting]) =>
    key === '*/*' || setting === null ? [] : [{ key, name: shownKey(key), setting }],
  );
  const chosen = overrides.find(({ key }) => key === selected);
  const limit = (value: number | undefined): string => (value === undefined || value < 0 ? 'Stage' : String(value));
  return (
    <>
      <ItemTable
        title="Method overrides"
        level="h2"
        description="Settings of single methods, instead of the stage's."
        items={overrides}
        idOf={({ name }) => name}
        selected={chosen}
        onSelect={(override) => select(override?.key)}
        columns={[
          { title: 'Method', cell: ({ name }) => name, text: ({ name }) => name },
          { title: 'Rate', cell: ({ setting }) => limit(setting.throttlingRateLimit) },
          { title: 'Burst', cell: ({ setting }) => limit(setting.throttlingBurstLimit) },
          {
            title: 'Caching',
            cell: ({ setting }) => (setting.cachingEnabled ? `${setting.cacheTtlInSeconds} s` : 'Off'),
          },
          { title: 'Logging', cell: ({ setting }) => setting.loggingLevel },
          { title: 'Detailed metrics', cell: ({ setting }) => (setting.metricsEnabled ? 'On' : 'Off') },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" disabled={chosen === undefined} onClick={() => setEdited(chosen?.key)}>
              Edit
            </Button>
            <Button formAction="none" onClick={() => setEdited('')}>
              Create override
            </Button>
          </SpaceBetween>
        }
        empty="Every method has the settings of the stage."
      />
      {edited !== undefined && <OverrideDialog {...props} settingKey={edited} onDismiss={() => setEdited(undefined)} />}
    </>
  );
}

/** `~1pets~1{id}/GET` → `GET /pets/{id}` */
function shownKey(key: string): string {
  const slash = key.lastIndexOf('/');
  const path = key.slice(0, slash).replaceAll('~1', '/').replaceAll('~0', '~');
  return `${key.slice(slash + 1)} ${path.startsWith('/') ? path : `/${path}`}`;
}

/** `settingKey` is empty for a method that is still to be chosen. */
function OverrideDialog({
  settingKey,
  onDismiss,
  ...props
}: StageTabProps & { settingKey: string; onDismiss: () => void }) {
  const { restApiId, stage } = props;
  const deployment = useOperation('apigateway', 'GetDeployment', {
    restApiId,
    deploymentId: stage.deploymentId!,
    embed: ['apisummary'],
  });
  const [key, setKey] = useState(settingKey);
  const saved = stage.methodSettings?.[key] ?? stage.methodSettings?.['*/*'];
  const [changes, setChanges] = useState<Record<string, string | boolean>>({});
  const text = (name: string, value: number | string | undefined): string => String(changes[name] ?? value ?? '');
  const flag = (name: string, value: boolean | undefined): boolean => Boolean(changes[name] ?? value ?? false);
  const set = (name: string) => (value: string | boolean) => setChanges({ ...changes, [name]: value });
  const methods = Object.entries(deployment.data?.apiSummary ?? {}).flatMap(([path, verbs]) =>
    Object.keys(verbs ?? {})
      .filter((verb) => verb !== 'ANY')
      .map((verb) => ({ value: `${patchSegment(path)}/${verb}`, label: `${verb} ${path}` })),
  );
  const isCaching = flag('caching/enabled', saved?.cachingEnabled);

  async function save(): Promise<void> {
    const patches = Object.entries(changes).map(([name, value]) =>
      replaced(`/${key}/${name}`, value === '' ? -1 : value),
    );
    await patchStage(
      props,
      patches.length > 0 ? patches : [replaced(`/${key}/throttling/rateLimit`, saved?.throttlingRateLimit ?? -1)],
    );
    tellSuccess(`Settings of ${shownKey(key)} saved.`);
  }

  return (
    <FormModal title="Method override" submitText="Save" isDisabled={key === ''} onSubmit={save} onDismiss={onDismiss}>
      {settingKey === '' ? (
        <ChoiceField label="Method" value={key} onChange={setKey} options={methods} />
      ) : (
        <TextField label="Method" value={shownKey(key)} isDisabled onChange={() => undefined} />
      )}
      <TextField
        label="Rate"
        hint="Requests per second; -1 for the account's limit."
        value={text('throttling/rateLimit', saved?.throttlingRateLimit)}
        onChange={set('throttling/rateLimit')}
      />
      <TextField
        label="Burst"
        value={text('throttling/burstLimit', saved?.throttlingBurstLimit)}
        onChange={set('throttling/burstLimit')}
      />
      <SwitchField label="Method cache" value={isCaching} onChange={set('caching/enabled')} />
      {isCaching && (
        <TextField
          label="Cache time-to-live (TTL)"
          value={text('caching/ttlInSeconds', saved?.cacheTtlInSeconds)}
          onChange={set('caching/ttlInSeconds')}
        />
      )}
      <ChoiceField
        label="Execution log level"
        value={text('logging/loglevel', saved?.loggingLevel) || 'OFF'}
        onChange={set('logging/loglevel')}
        options={[{ value: 'OFF' }, { value: 'ERROR' }, { value: 'INFO' }]}
      />
      <SwitchField
        label="Detailed metrics"
        value={flag('metrics/enabled', saved?.metricsEnabled)}
        onChange={set('metrics/enabled')}
      />
    </FormModal>
  );
}
