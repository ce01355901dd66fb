/** Cache, throttling, client certificate and web ACL of a stage, and what single methods do otherwise. */

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { call } from '../../client/call.ts';
import { useChange, useItems, useOperation } from '../../client/queries.ts';
import { useSession } from '../../client/session.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { changedPatches } from '../../shared/map-patches.ts';
import { tellError, tellSuccess } from '../../shell/flash.tsx';
import { MethodSettings } from './method-settings.tsx';
import { patchStage, type RestStage, type StageTabProps } from './stage-calls.ts';

const cacheSizes = ['0.5', '1.6', '6.1', '13.5', '28.4', '58.2', '118', '237'];
const strategies = [
  { value: 'FAIL_WITH_403', label: 'Fail the request with 403 status code' },
  { value: 'SUCCEED_WITH_RESPONSE_HEADER', label: 'Ignore cache control header; add a warning in response header' },
  { value: 'SUCCEED_WITHOUT_RESPONSE_HEADER', label: 'Ignore cache control header' },
];

/** The settings as text and switches, by the patch path of each. */
function settingsOf(stage: RestStage) {
  const all = stage.methodSettings?.['*/*'];
  const limit = (value: number | undefined): string => (value === undefined || value < 0 ? '' : String(value));
  return {
    description: stage.description ?? '',
    isCacheOn: stage.cacheClusterEnabled ?? false,
    cacheSize: stage.cacheClusterSize ?? '0.5',
    isCaching: all?.cachingEnabled ?? false,
    ttl: String(all?.cacheTtlInSeconds ?? 300),
    isEncrypted: all?.cacheDataEncrypted ?? false,
    needsPermission: all?.requireAuthorizationForCacheControl ?? true,
    strategy: all?.unauthorizedCacheControlHeaderStrategy ?? 'SUCCEED_WITH_RESPONSE_HEADER',
    rate: limit(all?.throttlingRateLimit),
    burst: limit(all?.throttlingBurstLimit),
    certificate: stage.clientCertificateId ?? '',
    webAcl: stage.webAclArn ?? '',
  };
}

const paths = {
  description: '/description',
  isCacheOn: '/cacheClusterEnabled',
  cacheSize: '/cacheClusterSize',
  isCaching: '/*/*/caching/enabled',
  ttl: '/*/*/caching/ttlInSeconds',
  isEncrypted: '/*/*/caching/dataEncrypted',
  needsPermission: '/*/*/caching/requireAuthorizationForCacheControl',
  strategy: '/*/*/caching/unauthorizedCacheControlHeaderStrategy',
  certificate: '/clientCertificateId',
} as const;

export function SettingsTab(props: StageTabProps) {
  const { stage } = props;
  const saved = settingsOf(stage);
  const draft = useDraft(saved);
  const { value, set } = draft;
  const certificates = useItems('apigateway', 'GetClientCertificates', {});
  const acls = useOperation('wafv2', 'ListWebACLs', { Scope: 'REGIONAL' });
  const { region } = useSession();

  async function saveWebAcl(): Promise<void> {
    if (value.webAcl === saved.webAcl) return;
    const ResourceArn = `arn:aws:apigateway:${region}::/restapis/${props.restApiId}/stages/${stage.stageName}`;
    await (value.webAcl === ''
      ? call('wafv2', 'DisassociateWebACL', { ResourceArn })
      : call('wafv2', 'AssociateWebACL', { ResourceArn, WebACLArn: value.webAcl }));
  }

  async function save(): Promise<void> {
    await saveWebAcl();
    // An empty limit is the account's.
    const limits = { rate: value.rate || '-1', burst: value.burst || '-1' };
    const savedLimits = { rate: saved.rate || '-1', burst: saved.burst || '-1' };
    await patchStage(props, [
      ...changedPatches(paths, saved, value),
      ...changedPatches(
        { rate: '/*/*/throttling/rateLimit', burst: '/*/*/throttling/burstLimit' },
        savedLimits,
        limits,
      ),
    ]);
  }

  return (
    <SpaceBetween size="l">
      <EditPanel
        title="Settings"
        draft={draft}
        save={save}
        saved="Stage settings saved."
        actions={<FlushButtons {...props} />}
      >
        <TextField
          label="Stage description"
          value={value.description}
          onChange={(description) => set({ description })}
        />
        <ColumnLayout columns={2}>
          <SpaceBetween size="m">
            <Box variant="h3">Cache</Box>
            <SwitchField
              label="Provision API cache"
              description="Answers are kept in this process, as far as its memory allows."
              value={value.isCacheOn}
              onChange={(isCacheOn) => set({ isCacheOn })}
            />
            {value.isCacheOn && (
              <SpaceBetween size="m">
                <ChoiceField
                  label="Cache capacity (GB)"
                  value={value.cacheSize}
                  onChange={(cacheSize) => set({ cacheSize: cacheSize as typeof value.cacheSize })}
                  options={cacheSizes.map((size) => ({ value: size }))}
                />
                <SwitchField
                  label="Default method-level caching"
                  description="Caches all GET methods of the stage."
                  value={value.isCaching}
                  onChange={(isCaching) => set({ isCaching })}
                />
                <TextField
                  label="Cache time-to-live (TTL)"
                  hint="Seconds, 0 to 3600."
                  value={value.ttl}
                  onChange={(ttl) => set({ ttl })}
                />
                <SwitchField
                  label="Encrypt cache data"
                  value={value.isEncrypted}
                  onChange={(isEncrypted) => set({ isEncrypted })}
                />
                <SwitchField
                  label="Require authorization for per-key cache invalidation"
                  value={value.needsPermission}
                  onChange={(needsPermission) => set({ needsPermission })}
                />
                <ChoiceField
                  label="Unauthorized requests"
                  value={value.strategy}
                  isDisabled={!value.needsPermission}
                  onChange={(strategy) => set({ strategy: strategy as typeof value.strategy })}
                  options={strategies}
                />
              </SpaceBetween>
            )}
          </SpaceBetween>
          <SpaceBetween size="m">
            <Box variant="h3">Default method throttling</Box>
            <TextField
              label="Rate"
              hint="Requests per second of each method; empty for the account's limit."
              value={value.rate}
              onChange={(rate) => set({ rate })}
            />
            <TextField
              label="Burst"
              hint="Requests at once."
              value={value.burst}
              onChange={(burst) => set({ burst })}
            />
            <Box variant="h3">Who may call, and whom it calls</Box>
            <ChoiceField
              label="Web ACL"
              description="What WAF looks at before the stage does."
              value={value.webAcl}
              onChange={(webAcl) => set({ webAcl })}
              placeholder="None"
              options={[
                { value: '', label: 'None' },
                ...(acls.data?.WebACLs ?? []).map(({ ARN, Name, Description }) => ({
                  ...{ value: ARN!, label: Name! },
                  ...(Description && { description: Description }),
                })),
              ]}
            />
            <ChoiceField
              label="Client certificate"
              description="What the stage shows to HTTP backends."
              value={value.certificate}
              onChange={(certificate) => set({ certificate })}
              placeholder="None"
              options={[
                { value: '', label: 'None' },
                ...(certificates.data ?? []).map(({ clientCertificateId, description }) => ({
                  value: clientCertificateId!,
                  ...(description && { description }),
                })),
              ]}
            />
          </SpaceBetween>
        </ColumnLayout>
      </EditPanel>
      <MethodSettings {...props} />
    </SpaceBetween>
  );
}

/** Row CON-08. */
function FlushButtons({ restApiId, stage }: StageTabProps) {
  const stageName = stage.stageName!;
  const flush = useChange(() => call('apigateway', 'FlushStageCache', { restApiId, stageName }));
  const forget = useChange(() => call('apigateway', 'FlushStageAuthorizersCache', { restApiId, stageName }));
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button
        formAction="none"
        loading={forget.isRunning}
        onClick={() => void forget.run().then(() => tellSuccess('Authorizer cache flushed.'), tellError)}
      >
        Flush authorizer cache
      </Button>
      <Button
        formAction="none"
        disabled={!stage.cacheClusterEnabled}
        loading={flush.isRunning}
        onClick={() => void flush.run().then(() => tellSuccess('Stage cache flushed.'), tellError)}
      >
        Flush entire cache
      </Button>
    </SpaceBetween>
  );
}
