/** The stages of a REST API: a list, and the editor of the chosen one. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useOperation } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useParam } from '../../shell/page-context.ts';
import { useQueryValue } from '../../shell/router.ts';
import { CanaryTab } from './canary-tab.tsx';
import { CreateStageDialog } from './create-stage-dialog.tsx';
import { DeployDialog } from './deploy-dialog.tsx';
import { DeploymentsTab } from './deployments-tab.tsx';
import { DocumentationTab } from './documentation-tab.tsx';
import { ExportTab } from './export-tab.tsx';
import { InvokePanel } from './invoke-panel.tsx';
import { LogsTab } from './logs-tab.tsx';
import { SdkTab } from './sdk-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import type { RestStage } from './stage-calls.ts';
import { VariablesTab } from './variables-tab.tsx';

export default function RestStages() {
  const restApiId = useParam('apiId');
  const stages = useOperation('apigateway', 'GetStages', { restApiId });
  const [wanted, want] = useQueryValue('stage');
  const [dialog, setDialog] = useState<'deploy' | 'create' | 'delete'>();
  const items = stages.data?.item ?? [];
  const stage = items.find(({ stageName }) => stageName === wanted) ?? items[0];
  const close = (): void => setDialog(undefined);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="A stage is a deployment that callers reach. Its settings act at once, without a deployment."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button disabled={stage === undefined} onClick={() => setDialog('delete')}>
                Delete stage
              </Button>
              <Button onClick={() => setDialog('create')}>Create stage</Button>
              <Button variant="primary" onClick={() => setDialog('deploy')}>
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
        {stages.data && items.length === 0 && (
          <Box textAlign="center" color="text-body-secondary" padding="xxl">
            This API has no stage yet: deploy it to a new one.
          </Box>
        )}
        {stage && (
          <SpaceBetween size="l">
            <div>
              <SegmentedControl
                label="Stage"
                selectedId={stage.stageName!}
                options={items.map(({ stageName }) => ({ id: stageName!, text: stageName! }))}
                onChange={({ detail }) => want(detail.selectedId)}
              />
            </div>
            <InvokePanel restApiId={restApiId} stage={stage} />
            <StageTabs key={stage.stageName} restApiId={restApiId} stage={stage} />
          </SpaceBetween>
        )}
      </SpaceBetween>
      {dialog === 'deploy' && <DeployDialog restApiId={restApiId} onDismiss={close} onDeployed={want} />}
      {dialog === 'create' && <CreateStageDialog restApiId={restApiId} onDismiss={close} onCreated={want} />}
      {dialog === 'delete' && stage && (
        <ConfirmDelete
          title={`Delete stage ${stage.stageName}?`}
          run={async () => {
            await call('apigateway', 'DeleteStage', { restApiId, stageName: stage.stageName! });
            want(undefined);
            tellSuccess(`Stage ${stage.stageName} deleted.`);
          }}
          close={close}
        >
          Calls to it are refused at once. Its deployment stays.
        </ConfirmDelete>
      )}
    </ContentLayout>
  );
}

function StageTabs(props: { restApiId: string; stage: RestStage }) {
  const [tab, setTab] = useQueryValue('tab');
  const tabs = [
    { id: 'settings', label: 'Settings', content: <SettingsTab {...props} /> },
    { id: 'logs', label: 'Logs/Tracing', content: <LogsTab {...props} /> },
    { id: 'variables', label: 'Stage Variables', content: <VariablesTab {...props} /> },
    { id: 'sdk', label: 'SDK Generation', content: <SdkTab {...props} /> },
    { id: 'export', label: 'Export', content: <ExportTab {...props} /> },
    { id: 'deployments', label: 'Deployment History', content: <DeploymentsTab {...props} /> },
    { id: 'documentation', label: 'Documentation History', content: <DocumentationTab {...props} /> },
    { id: 'canary', label: 'Canary', content: <CanaryTab {...props} /> },
  ];
  return <Tabs activeTabId={tab ?? 'settings'} tabs={tabs} onChange={({ detail }) => setTab(detail.activeTabId)} />;
}
