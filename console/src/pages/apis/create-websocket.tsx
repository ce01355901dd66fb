/** Creates a WebSocket API with the routes it begins with; a MOCK answers them until something else does (row CON-01). */
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { FormPage } from '../../shared/form-page.tsx';
import { listIn } from '../../shared/list-in.ts';
import { tellSuccess } from '../../shell/flash.tsx';
import { apiHome } from '../../shell/navigation.tsx';
import { navigate } from '../../shell/router.ts';

const predefined: readonly (readonly [key: string, about: string])[] = [
  ['$connect', 'Runs when a client connects; it may refuse the connection.'],
  ['$disconnect', 'Runs when a connection ends.'],
  ['$default', 'Runs for messages that no other route fits.'],
];

export default function CreateWebSocket() {
  const [name, setName] = useState('');
  const [expression, setExpression] = useState('$request.body.action');
  const [routes, setRoutes] = useState<readonly string[]>([]);
  const [custom, setCustom] = useState('');

  async function submit(): Promise<void> {
    const api = await call('apigatewayv2', 'CreateApi', {
      Name: name,
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: expression,
    });
    const ApiId = api.ApiId!;
    const keys = [...routes, ...listIn(custom)];
    for (const RouteKey of keys) {
      const { IntegrationId } = await call('apigatewayv2', 'CreateIntegration', {
        ApiId,
        IntegrationType: 'MOCK',
        RequestTemplates: { '200': '{"statusCode": 200}' },
        TemplateSelectionExpression: '200',
      });
      await call('apigatewayv2', 'CreateRoute', { ApiId, RouteKey, Target: `integrations/${IntegrationId}` });
    }
    navigate(apiHome('websocket', ApiId));
    tellSuccess(`WebSocket API ${name} (${ApiId}) was created.`);
  }

  return (
    <FormPage
      title="Create WebSocket API"
      action="Create API"
      cancelTo="/apis"
      isDisabled={!name || !expression}
      submit={submit}
    >
      <Container header={<Header variant="h2">API details</Header>}>
        <SpaceBetween size="l">
          <FormField label="API name">
            <Input value={name} onChange={({ detail }) => setName(detail.value)} />
          </FormField>
          <FormField
            label="Route selection expression"
            description="Evaluated for every message; its value chooses the route."
          >
            <Input value={expression} onChange={({ detail }) => setExpression(detail.value)} />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Routes</Header>}>
        <SpaceBetween size="m">
          {predefined.map(([key, about]) => (
            <Checkbox
              key={key}
              checked={routes.includes(key)}
              description={about}
              onChange={({ detail }) =>
                setRoutes(detail.checked ? [...routes, key] : routes.filter((each) => each !== key))
              }
            >
              {key}
            </Checkbox>
          ))}
          <FormField label="Custom routes - optional" description="Route keys, separated by commas.">
            <Input value={custom} placeholder="sendmessage, join" onChange={({ detail }) => setCustom(detail.value)} />
          </FormField>
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}
