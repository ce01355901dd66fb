/** The routes of a WebSocket API: the list, and beside it what is chosen in it. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems, useOperation } from '../../client/queries.ts';
import { CopyText } from '../../shared/copy-text.tsx';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useParam } from '../../shell/page-context.ts';
import { hrefOf, navigate, useQueryValue } from '../../shell/router.ts';
import { V2DeployDialog } from '../stages/v2-deploy-dialog.tsx';
import { RoutePane } from './route-pane.tsx';

/** `$connect`, `$disconnect` and `$default` before those one names oneself. */
const order = ['$connect', '$disconnect', '$default'];
const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);

export default function RoutesPage() {
  const ApiId = useParam('apiId');
  const api = useOperation('apigatewayv2', 'GetApi', { ApiId });
  const { data, error } = useItems('apigatewayv2', 'GetRoutes', { ApiId });
  const stages = useItems('apigatewayv2', 'GetStages', { ApiId });
  const [routeId] = useQueryValue('route');
  const [dialog, setDialog] = useState<'create' | 'deploy'>();
  if (data === undefined) return error ? <Refusal error={error} /> : <Spinner size="large" />;
  const routes = data.toSorted((a, b) => rank(a.RouteKey!) - rank(b.RouteKey!) || (a.RouteKey! < b.RouteKey! ? -1 : 1));
  const chosen = routes.find(({ RouteId }) => RouteId === routeId) ?? routes[0];
  const placeOfRoute = (id: string): string => `/websocket/${ApiId}/routes?route=${id}`;
  const close = (): void => setDialog(undefined);
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        description={
          <>
            Route selection expression: <CopyText text={api.data?.RouteSelectionExpression ?? ''} />
          </>
        }
        actions={
          <Button
            variant="primary"
            disabled={(stages.data?.length ?? 0) === 0}
            disabledReason="Create a stage first: under Stages."
            onClick={() => setDialog('deploy')}
          >
            Deploy API
          </Button>
        }
      >
        Routes
      </Header>
      <Grid gridDefinition={[{ colspan: { default: 12, s: 4, l: 3 } }, { colspan: { default: 12, s: 8, l: 9 } }]}>
        <Container>
          <SpaceBetween size="s">
            <Button iconName="add-plus" fullWidth onClick={() => setDialog('create')}>
              Create route
            </Button>
            <nav aria-label="Routes">
              <SpaceBetween size="xs">
                {routes.map(({ RouteId, RouteKey }) =>
                  RouteId === chosen?.RouteId ? (
                    <Box key={RouteId} fontWeight="bold">
                      <span aria-current="page">{RouteKey}</span>
                    </Box>
                  ) : (
                    <Link key={RouteId} href={hrefOf(placeOfRoute(RouteId!))}>
                      {RouteKey}
                    </Link>
                  ),
                )}
              </SpaceBetween>
            </nav>
          </SpaceBetween>
        </Container>
        {chosen === undefined ? (
          <Box color="text-status-inactive" padding="l">
            No routes: messages are answered with an error.
          </Box>
        ) : (
          <RoutePane key={chosen.RouteId} apiId={ApiId} route={chosen} />
        )}
      </Grid>
      {dialog === 'create' && <CreateRoute apiId={ApiId} close={close} created={(id) => navigate(placeOfRoute(id))} />}
      {dialog === 'deploy' && <V2DeployDialog apiId={ApiId} stages={stages.data ?? []} onDismiss={close} />}
    </SpaceBetween>
  );
}

function CreateRoute({
  apiId: ApiId,
  close,
  created,
}: {
  apiId: string;
  close(): void;
  created(routeId: string): void;
}) {
  const [key, setKey] = useState('');
  return (
    <FormModal
      title="Create route"
      submitText="Create route"
      isDisabled={key === ''}
      onDismiss={close}
      onSubmit={async () => {
        const { RouteId } = await call('apigatewayv2', 'CreateRoute', { ApiId, RouteKey: key });
        created(RouteId!);
        tellSuccess(`Route ${key} was created. Say next which integration answers it.`);
      }}
    >
      <TextField
        label="Route key"
        description="What the route selection expression gives for messages of this route; or $connect, $disconnect, $default."
        placeholder="sendmessage"
        value={key}
        onChange={setKey}
      />
    </FormModal>
  );
}
