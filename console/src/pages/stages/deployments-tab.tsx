/** Every deployment of the API; the stage can go back to any of them. */
import Badge from '@cloudscape-design/components/badge';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useItems } from '../../client/queries.ts';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { replaced } from '../../shared/map-patches.ts';
import { shownTime } from '../../shared/shown-time.ts';
import { tellSuccess } from '../../shell/flash.tsx';
import { patchStage, type StageTabProps } from './stage-calls.ts';

export function DeploymentsTab(props: StageTabProps) {
  const { restApiId, stage } = props;
  const { data, error } = useItems('apigateway', 'GetDeployments', { restApiId });
  const [selected, select] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  const newestFirst = data?.toSorted((a, b) => (b.createdDate ?? 0) - (a.createdDate ?? 0));
  const chosen = newestFirst?.find(({ id }) => id === selected);
  const isActive = (id: string | undefined): boolean => id === stage.deploymentId;
  return (
    <>
      <ItemTable
        title="Deployment history"
        level="h2"
        items={newestFirst}
        error={error}
        idOf={({ id }) => id!}
        selected={chosen}
        onSelect={(item) => select(item?.id)}
        columns={[
          { title: 'Deployment date', cell: ({ createdDate }) => shownTime(createdDate) },
          { title: 'Status', cell: ({ id }) => (isActive(id) ? <Badge color="green">Active</Badge> : '-') },
          {
            title: 'Description',
            cell: ({ description }) => description || '-',
            text: ({ description }) => description ?? '',
          },
          { title: 'Deployment ID', cell: ({ id }) => id, text: ({ id }) => id! },
        ]}
        actions={
          <Button disabled={chosen === undefined || isActive(chosen.id)} onClick={() => setAsking(true)}>
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
            await patchStage(props, [replaced('/deploymentId', chosen.id!)]);
            tellSuccess(`Stage ${stage.stageName} has deployment ${chosen.id} now.`);
          }}
        >
          Stage {stage.stageName} will answer as the API was on {shownTime(chosen.createdDate)}.
        </FormModal>
      )}
    </>
  );
}
