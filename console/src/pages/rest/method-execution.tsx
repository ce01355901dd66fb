/** A method from the client to the backend and back, each part of it to be seen and changed (row CON-03). */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useSession } from '../../client/session.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { CopyText } from '../../shared/copy-text.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { navigate, useQueryValue } from '../../shell/router.ts';
import { useCaller } from '../../shell/top-bar.tsx';
import { IntegrationRequest } from './integration-request.tsx';
import { IntegrationResponses } from './integration-responses.tsx';
import './method-execution.css';
import { isProxyType, type MethodProps, placeOf } from './method-place.ts';
import { MethodRequest } from './method-request.tsx';
import { MethodResponses } from './method-responses.tsx';
import { integrationName } from './resource-details.tsx';
import { resourcePath } from './resources.ts';
import { TestPane } from './test-pane.tsx';

type Part = 'method-request' | 'integration-request' | 'integration-response' | 'method-response' | 'test';

export function MethodExecution(props: MethodProps) {
  const { apiId, node, verb, method } = props;
  const { region } = useSession();
  const { data: caller } = useCaller();
  const [tab, setTab] = useQueryValue('tab');
  const [isDeleting, setDeleting] = useState(false);
  const part = (tab ?? 'method-request') as Part;
  const arn = `arn:aws:execute-api:${region}:${caller?.account ?? ''}:${apiId}/*/${verb === 'ANY' ? '*' : verb}${node.path.replace(/\{[^}]*\}/g, '*')}`;
  const integration = method.methodIntegration;
  const missing = (
    <Box color="text-status-inactive">This method has no integration yet. Set it up under Integration request.</Box>
  );
  return (
    <SpaceBetween size="m">
      <Container
        header={
          <Header variant="h2" actions={<Button onClick={() => setDeleting(true)}>Delete</Button>}>
            {`${node.path} - ${verb} - Method execution`}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <KeyValuePairs
            columns={2}
            items={[
              { label: 'ARN', value: <CopyText text={arn} label="Copy ARN" /> },
              { label: 'Resource ID', value: node.id },
            ]}
          />
          <Flow part={part} choose={setTab} backend={integrationName(method)} isProxy={isProxyType(integration)} />
        </SpaceBetween>
      </Container>
      <Tabs
        activeTabId={part}
        onChange={({ detail }) => setTab(detail.activeTabId)}
        ariaLabel="Method execution"
        tabs={[
          { id: 'method-request', label: 'Method request', content: <MethodRequest {...props} /> },
          { id: 'integration-request', label: 'Integration request', content: <IntegrationRequest {...props} /> },
          {
            id: 'integration-response',
            label: 'Integration response',
            content: integration ? <IntegrationResponses {...props} integration={integration} /> : missing,
          },
          { id: 'method-response', label: 'Method response', content: <MethodResponses {...props} /> },
          { id: 'test', label: 'Test', content: <TestPane {...props} /> },
        ]}
      />
      {isDeleting && (
        <ConfirmDelete
          title={`Delete method ${verb} ${node.path}?`}
          run={async () => {
            await call('apigateway', 'DeleteMethod', placeOf(props));
            navigate(resourcePath(apiId, node.id));
            tellSuccess(`Method ${verb} ${node.path} was deleted.`);
          }}
          close={() => setDeleting(false)}
        >
          Stages answer as before until the next deployment.
        </ConfirmDelete>
      )}
    </SpaceBetween>
  );
}

interface FlowProps {
  readonly part: Part;
  choose(part: Part): void;
  readonly backend: string;
  readonly isProxy: boolean;
}

/** The way of a request and of its answer. */
function Flow({ part, choose, backend, isProxy }: FlowProps) {
  const box = (id: Part, text: string, note = '') => (
    <button
      type="button"
      className={`flow-${id}`}
      aria-pressed={part === id}
      aria-label={`Show ${text}`}
      onClick={() => choose(id)}
    >
      {text}
      {note && <small>{note}</small>}
    </button>
  );
  return (
    <div className="flow-frame">
      <div className="flow">
        <button
          type="button"
          className="flow-client"
          aria-pressed={part === 'test'}
          aria-label="Show Test"
          onClick={() => choose('test')}
        >
          Client
          <small>Test</small>
        </button>
        {box('method-request', 'Method request')}
        {box('integration-request', 'Integration request')}
        <div className="flow-backend">
          {backend}
          <small>Backend</small>
        </div>
        {box('integration-response', 'Integration response', isProxy ? 'The backend answers' : '')}
        {box('method-response', 'Method response')}
      </div>
    </div>
  );
}
