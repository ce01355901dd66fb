/** The backends of an HTTP API; a route is attached to one. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Integration } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { type Column, ItemTable } from '../../shared/item-table.tsx';
import { useParam } from '../../shell/page-context.ts';
import { IntegrationDialog } from './integration-dialog.tsx';
import { integrationIdOf, kindName, targetText } from './integration-target.ts';

export default function IntegrationsPage() {
  const ApiId = useParam('apiId');
  const { data, error } = useItems('apigatewayv2', 'GetIntegrations', { ApiId });
  const routes = useItems('apigatewayv2', 'GetRoutes', { ApiId });
  const [selectedId, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'edit' | 'delete'>();
  const selected = data?.find(({ IntegrationId }) => IntegrationId === selectedId);
  const close = (): void => setDialog(undefined);
  const routesOf = ({ IntegrationId }: Integration): string =>
    (routes.data ?? [])
      .filter(({ Target }) => integrationIdOf(Target) === IntegrationId)
      .map(({ RouteKey }) => RouteKey)
      .join(', ');
  const columns: readonly Column<Integration>[] = [
    { title: 'ID', cell: ({ IntegrationId }) => IntegrationId, text: ({ IntegrationId = '' }) => IntegrationId },
    { title: 'Type', cell: kindName, text: kindName },
    { title: 'Target', cell: targetText, text: targetText },
    { title: 'Routes', cell: (each) => routesOf(each) || '-', text: routesOf },
    {
      title: 'Description',
      cell: ({ Description }) => Description || '-',
      text: ({ Description = '' }) => Description,
    },
  ];
  return (
    <>
      <ItemTable
        title="Integrations"
        items={data}
        error={error}
        columns={columns}
        idOf={({ IntegrationId }) => IntegrationId!}
        selected={selected}
        onSelect={(item) => select(item?.IntegrationId)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!selected} onClick={() => setDialog('edit')}>
              Edit
            </Button>
            <Button disabled={!selected} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setDialog('create')}>
              Create integration
            </Button>
          </SpaceBetween>
        }
        empty="No integrations yet."
      />
      {dialog === 'create' && <IntegrationDialog apiId={ApiId} close={close} />}
      {dialog === 'edit' && selected && (
        <IntegrationDialog
          apiId={ApiId}
          integration={selected}
          routeKeys={routesOf(selected).split(', ').filter(Boolean)}
          close={close}
        />
      )}
      {dialog === 'delete' && selected && (
        <ConfirmDelete
          title={`Delete integration ${selected.IntegrationId}?`}
          run={() => call('apigatewayv2', 'DeleteIntegration', { ApiId, IntegrationId: selected.IntegrationId! })}
          close={close}
        >
          An integration that a route leads to stays.
        </ConfirmDelete>
      )}
    </>
  );
}
