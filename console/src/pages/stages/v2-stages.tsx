/** The stages of an HTTP or WebSocket API: a list, and the editor of the chosen one. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems, useOperation } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useParam } from '../../shell/page-context.ts';
import { useQueryValue } from '../../shell/router.ts';
import type { V2StageProps } from './v2-calls.ts';
import { V2CreateStage } from './v2-create-stage.tsx';
import { V2DeployDialog } from './v2-deploy-dialog.tsx';
import { V2Deployments } from './v2-deployments.tsx';
import { V2Export } from './v2-export.tsx';
import { V2InvokePanel } from './v2-invoke-panel.tsx';
import { V2Logs } from './v2-logs.tsx';
import { V2Settings } from './v2-settings.tsx';
import { V2Variables } from './v2-variables.tsx';

export default function V2Stages() {
  const apiId = useParam('apiId');
  const api = useOperation('apigatewayv2', 'GetApi', { ApiId: apiId });
  const stages = useItems('apigatewayv2', 'GetStages', { ApiId: apiId });
  const [wanted, want] = useQueryValue('stage');
  const [dialog, setDialog] = useState<'deploy' | 'create' | 'delete'>();
  const stage = stages.data?.find(({ StageName }) => StageName === wanted) ?? stages.data?.[0];
  const close = (): void => setDialog(undefined);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="A stage is a deployment that callers reach. With automatic deployment every change of the API is one."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button disabled={stage === undefined} onClick={() => setDialog('delete')}>
                Delete stage
              </Button>
              <Button onClick={() => setDialog('create')}>Create stage</Button>
              <Button variant="primary" disabled={stage === undefined} onClick={() => setDialog('deploy')}>
                Deploy API
              </Button>
            </SpaceBetween>
          }
        >
          Stages
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Refusal error={stages.error} />
        {stages.data?.length === 0 && (
          <Box textAlign="center" color="text-body-secondary" padding="xxl">
            This API has no stage yet.
          </Box>
        )}
        {stage && api.data && (
          <SpaceBetween size="l">
            <div>
              <SegmentedControl
                label="Stage"
                selectedId={stage.StageName!}
                options={stages.data!.map(({ StageName }) => ({ id: StageName!, text: StageName! }))}
                onChange={({ detail }) => want(detail.selectedId)}
              />
            </div>
            <V2InvokePanel api={api.data} stage={stage} />
            <StageTabs key={stage.StageName} api={api.data} stage={stage} />
          </SpaceBetween>
        )}
      </SpaceBetween>
      {dialog === 'deploy' && (
        <V2DeployDialog apiId={apiId} stages={stages.data ?? []} onDismiss={close} onDeployed={want} />
      )}
      {dialog === 'create' && <V2CreateStage apiId={apiId} onDismiss={close} onCreated={want} />}
      {dialog === 'delete' && stage && (
        <ConfirmDelete
          title={`Delete stage ${stage.StageName}?`}
          run={async () => {
            await call('apigatewayv2', 'DeleteStage', { ApiId: apiId, StageName: stage.StageName! });
            want(undefined);
            tellSuccess(`Stage ${stage.StageName} deleted.`);
          }}
          close={close}
        >
          Calls to it are refused at once.
        </ConfirmDelete>
      )}
    </ContentLayout>
  );
}

function StageTabs(props: V2StageProps) {
  const [tab, setTab] = useQueryValue('tab');
  const isHttp = props.api.ProtocolType === 'HTTP';
  const tabs = [
    { id: 'settings', label: 'Settings', content: <V2Settings {...props} /> },
    { id: 'logs', label: 'Logs', content: <V2Logs {...props} /> },
    { id: 'variables', label: 'Stage Variables', content: <V2Variables {...props} /> },
    ...(isHttp ? [{ id: 'export', label: 'Export', content: <V2Export {...props} /> }] : []),
    { id: 'deployments', label: 'Deployment History', content: <V2Deployments {...props} /> },
  ];
  return <Tabs activeTabId={tab ?? 'settings'} tabs={tabs} onChange={({ detail }) => setTab(detail.activeTabId)} />;
}
