/** One route of a WebSocket API: what asks it, which backend answers, and whether the client hears of it. */
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import type { Route } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { useQueryValue } from '../../shell/router.ts';
import { integrationIdOf } from '../http/integration-target.ts';
import { IntegrationPanel } from './integration-panel.tsx';
import { IntegrationResponsesPanel } from './integration-responses-panel.tsx';
import { RouteRequestPanel } from './route-request-panel.tsx';
import { RouteResponsePanel } from './route-response-panel.tsx';

export interface RouteProps {
  readonly apiId: string;
  readonly route: Route;
}

export function RoutePane({ apiId: ApiId, route }: RouteProps) {
  const [tab, setTab] = useQueryValue('tab');
  const [isDeleting, setDeleting] = useState(false);
  const integrations = useItems('apigatewayv2', 'GetIntegrations', { ApiId });
  const integration = integrations.data?.find(({ IntegrationId }) => IntegrationId === integrationIdOf(route.Target));
  return (
    <SpaceBetween size="m">
      <Container
        header={
          <Header variant="h2" actions={<Button onClick={() => setDeleting(true)}>Delete</Button>}>
            {`${route.RouteKey} - Route`}
          </Header>
        }
      >
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Route ID', value: route.RouteId },
            {
              label: 'Integration',
              value: integration ? `${integration.IntegrationType} (${integration.IntegrationId})` : 'None',
            },
            { label: 'Communication', value: route.RouteResponseSelectionExpression ? 'Two-way' : 'One-way' },
          ]}
        />
      </Container>
      <Tabs
        ariaLabel="Route"
        activeTabId={tab ?? 'request'}
        onChange={({ detail }) => setTab(detail.activeTabId)}
        tabs={[
          { id: 'request', label: 'Route request', content: <RouteRequestPanel apiId={ApiId} route={route} /> },
          {
            id: 'integration',
            label: 'Integration request',
            content: integrations.data && (
              <IntegrationPanel
                key={integration?.IntegrationId ?? ''}
                apiId={ApiId}
                route={route}
                integration={integration}
              />
            ),
          },
          {
            id: 'integration-response',
            label: 'Integration response',
            content: <IntegrationResponsesPanel apiId={ApiId} integration={integration} />,
          },
          { id: 'response', label: 'Route response', content: <RouteResponsePanel apiId={ApiId} route={route} /> },
        ]}
      />
      {isDeleting && (
        <ConfirmDelete
          title={`Delete route ${route.RouteKey}?`}
          run={() => call('apigatewayv2', 'DeleteRoute', { ApiId, RouteId: route.RouteId! })}
          close={() => setDeleting(false)}
        />
      )}
    </SpaceBetween>
  );
}
