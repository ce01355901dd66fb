/** Which requests an HTTP API takes, and where each leads. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Route } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { type Column, ItemTable } from '../../shared/item-table.tsx';
import { useParam } from '../../shell/page-context.ts';
import { V2DeployDialog } from '../stages/v2-deploy-dialog.tsx';
import { integrationIdOf, kindName, targetText } from './integration-target.ts';
import { RouteDialog } from './route-dialog.tsx';

export default function RoutesPage() {
  const ApiId = useParam('apiId');
  const { data, error } = useItems('apigatewayv2', 'GetRoutes', { ApiId });
  const integrations = useItems('apigatewayv2', 'GetIntegrations', { ApiId });
  const stages = useItems('apigatewayv2', 'GetStages', { ApiId });
  const authorizers = useItems('apigatewayv2', 'GetAuthorizers', { ApiId });
  const [selectedId, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'edit' | 'delete' | 'deploy'>();
  const selected = data?.find(({ RouteId }) => RouteId === selectedId);
  const close = (): void => setDialog(undefined);

  const integrationText = ({ Target }: Route): string => {
    const found = integrations.data?.find(({ IntegrationId }) => IntegrationId === integrationIdOf(Target));
    return found === undefined ? 'None' : `${kindName(found)}: ${targetText(found)}`;
  };
  const authorizationText = ({ AuthorizationType = 'NONE', AuthorizerId }: Route): string => {
    const name = authorizers.data?.find((each) => each.AuthorizerId === AuthorizerId)?.Name;
    if (AuthorizationType === 'NONE') return 'None';
    return AuthorizationType === 'AWS_IAM'
      ? 'IAM'
      : `${AuthorizationType === 'JWT' ? 'JWT' : 'Lambda'}: ${name ?? AuthorizerId}`;
  };
  const columns: readonly Column<Route>[] = [
    { title: 'Route', cell: ({ RouteKey }) => RouteKey, text: ({ RouteKey = '' }) => RouteKey },
    { title: 'ID', cell: ({ RouteId }) => RouteId, text: ({ RouteId = '' }) => RouteId },
    { title: 'Integration', cell: integrationText, text: integrationText },
    { title: 'Authorization', cell: authorizationText, text: authorizationText },
  ];
  return (
    <>
      <ItemTable
        title="Routes"
        items={data}
        error={error}
        columns={columns}
        idOf={({ RouteKey }) => RouteKey!}
        selected={selected}
        onSelect={(item) => select(item?.RouteId)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!selected} onClick={() => setDialog('edit')}>
              Edit
            </Button>
            <Button disabled={!selected} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button
              disabled={stages.data?.every(({ AutoDeploy }) => AutoDeploy) ?? true}
              onClick={() => setDialog('deploy')}
            >
              Deploy
            </Button>
            <Button variant="primary" onClick={() => setDialog('create')}>
              Create route
            </Button>
          </SpaceBetween>
        }
        empty="No routes: every request is answered with 404."
      />
      {dialog === 'create' && <RouteDialog apiId={ApiId} close={close} />}
      {dialog === 'edit' && selected && <RouteDialog apiId={ApiId} route={selected} close={close} />}
      {dialog === 'deploy' && <V2DeployDialog apiId={ApiId} stages={stages.data ?? []} onDismiss={close} />}
      {dialog === 'delete' && selected && (
        <ConfirmDelete
          title={`Delete route ${selected.RouteKey}?`}
          run={() => call('apigatewayv2', 'DeleteRoute', { ApiId, RouteId: selected.RouteId! })}
          close={close}
        />
      )}
    </>
  );
}
