/** Which version of its documentation a stage carries. */
import Badge from '@cloudscape-design/components/badge';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useChange, useItems } from '../../client/queries.ts';
import { ItemTable } from '../../shared/item-table.tsx';
import { replaced } from '../../shared/map-patches.ts';
import { shownTime } from '../../shared/shown-time.ts';
import { tellError, tellSuccess } from '../../shell/flash.tsx';
import { patchStage, type StageTabProps } from './stage-calls.ts';

export function DocumentationTab(props: StageTabProps) {
  const { restApiId, stage } = props;
  const { data, error } = useItems('apigateway', 'GetDocumentationVersions', { restApiId });
  const [selected, select] = useState<string>();
  const chosen = data?.find(({ version }) => version === selected);
  const change = useChange(() => patchStage(props, [replaced('/documentationVersion', chosen!.version!)]));
  return (
    <ItemTable
      title="Documentation history"
      level="h2"
      items={data}
      error={error}
      idOf={({ version }) => version!}
      selected={chosen}
      onSelect={(item) => select(item?.version)}
      columns={[
        { title: 'Version', cell: ({ version }) => version, text: ({ version }) => version! },
        {
          title: 'Status',
          cell: ({ version }) => (version === stage.documentationVersion ? <Badge color="green">Active</Badge> : '-'),
        },
        { title: 'Published', cell: ({ createdDate }) => shownTime(createdDate) },
        { title: 'Description', cell: ({ description }) => description || '-' },
      ]}
      actions={
        <Button
          disabled={chosen === undefined || chosen.version === stage.documentationVersion}
          loading={change.isRunning}
          onClick={() =>
            void change
              .run()
              .then(
                () => tellSuccess(`Stage ${stage.stageName} carries documentation version ${chosen?.version}.`),
                tellError,
              )
          }
        >
          Change active documentation
        </Button>
      }
      empty="No version of the documentation was published."
    />
  );
}
