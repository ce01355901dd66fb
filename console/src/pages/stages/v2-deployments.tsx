/** Every deployment of the API; a stage that is not deployed to by itself can go back to any of them. */
import Badge from '@cloudscape-design/components/badge';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useItems } from '../../client/queries.ts';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { shownTime } from '../../shared/shown-time.ts';
import { tellSuccess } from '../../shell/flash.tsx';
import { changeStage, type V2StageProps } from './v2-calls.ts';

export function V2Deployments(props: V2StageProps) {
  const { api, stage } = props;
  const { data, error } = useItems('apigatewayv2', 'GetDeployments', { ApiId: api.ApiId! });
  const [selected, select] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  const newestFirst = data?.toSorted((a, b) => (b.CreatedDate ?? 0) - (a.CreatedDate ?? 0));
  const chosen = newestFirst?.find(({ DeploymentId }) => DeploymentId === selected);
  const isActive = (id: string | undefined): boolean => id === stage.DeploymentId;
  return (
    <>
      <ItemTable
        title="Deployment history"
        level="h2"
        items={newestFirst}
        error={error}
        idOf={({ DeploymentId }) => DeploymentId!}
        selected={chosen}
        onSelect={(item) => select(item?.DeploymentId)}
        columns={[
          { title: 'Deployment date', cell: ({ CreatedDate }) => shownTime(CreatedDate) },
          {
            title: 'Status',
            cell: ({ DeploymentId }) => (isActive(DeploymentId) ? <Badge color="green">Active</Badge> : '-'),
          },
          {
            title: 'Description',
            cell: ({ Description }) => Description || '-',
            text: ({ Description }) => Description ?? '',
          },
          {
            title: 'Deployment ID',
            cell: ({ DeploymentId }) => DeploymentId,
            text: ({ DeploymentId }) => DeploymentId!,
          },
        ]}
        actions={
          <Button
            disabled={chosen === undefined || isActive(chosen.DeploymentId) || stage.AutoDeploy === true}
            onClick={() => setAsking(true)}
          >
            Change active deployment
          </Button>
        }
        empty="There is no deployment."
      />
      {isAsking && chosen && (
        <FormModal
          title="Make this the active deployment?"
          submitText="Change active deployment"
          onDismiss={() => setAsking(false)}
          onSubmit={async () => {
            await changeStage(props, { DeploymentId: chosen.DeploymentId! });
            tellSuccess(`Stage ${stage.StageName} has deployment ${chosen.DeploymentId} now.`);
          }}
        >
          Stage {stage.StageName} will answer as the API was on {shownTime(chosen.CreatedDate)}.
        </FormModal>
      )}
    </>
  );
}
