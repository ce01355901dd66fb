/** Whether the client hears what the backend answered: two-way communication is a route response and an expression that chooses it. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Toggle from '@cloudscape-design/components/toggle';
import { call } from '../../client/call.ts';
import { useChange, useItems } from '../../client/queries.ts';
import { Refusal } from '../../shared/refusal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import type { RouteProps } from './route-pane.tsx';

export function RouteResponsePanel({ apiId: ApiId, route }: RouteProps) {
  const RouteId = route.RouteId!;
  const { data, error } = useItems('apigatewayv2', 'GetRouteResponses', { ApiId, RouteId });
  const change = useChange(turn);
  if (data === undefined) return error ? <Refusal error={error} /> : <Spinner />;
  const isTwoWay = route.RouteResponseSelectionExpression !== undefined && data.length > 0;

  async function turn(isOn: boolean): Promise<void> {
    if (isOn) {
      await call('apigatewayv2', 'UpdateRoute', { ApiId, RouteId, RouteResponseSelectionExpression: '$default' });
      if (data!.length === 0)
        await call('apigatewayv2', 'CreateRouteResponse', { ApiId, RouteId, RouteResponseKey: '$default' });
    } else {
      for (const { RouteResponseId } of data!) {
        await call('apigatewayv2', 'DeleteRouteResponse', { ApiId, RouteId, RouteResponseId: RouteResponseId! });
      }
      await call('apigatewayv2', 'UpdateRoute', { ApiId, RouteId, RouteResponseSelectionExpression: '' });
    }
    tellSuccess(`Communication is ${isOn ? 'two-way' : 'one-way'} now. Deploy the API to make it act.`);
  }

  return (
    <Container header={<Header variant="h2">Route response</Header>}>
      <SpaceBetween size="m">
        <Toggle
          checked={isTwoWay}
          disabled={change.isRunning}
          description="The client gets what the backend answered. Without it messages go one way, and the backend sends by @connections."
          onChange={({ detail }) => change.run(detail.checked).catch(() => undefined)}
        >
          Two-way communication
        </Toggle>
        <Refusal error={change.error} />
        {data.length === 0 ? (
          <Box color="text-status-inactive">No route response.</Box>
        ) : (
          data.map((response) => (
            <KeyValuePairs
              key={response.RouteResponseId}
              columns={3}
              items={[
                { label: 'Route response key', value: response.RouteResponseKey },
                { label: 'ID', value: response.RouteResponseId },
                { label: 'Response selection expression', value: route.RouteResponseSelectionExpression ?? '-' },
              ]}
            />
          ))
        )}
      </SpaceBetween>
    </Container>
  );
}
