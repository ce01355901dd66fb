/** Creates an HTTP API with its first integration, route and stage, or one from an OpenAPI document (row CON-01). */
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useSession } from '../../client/session.ts';
import { FormPage } from '../../shared/form-page.tsx';
import { functionArn } from '../../shared/function-arn.ts';
import { FunctionField } from '../../shared/function-field.tsx';
import { letInvoke, sourceArn, sourceOfRoute } from '../../shared/invoke-permission.ts';
import { tellSuccess, tellWarning } from '../../shell/flash.tsx';
import { apiHome } from '../../shell/navigation.tsx';
import { navigate, useQueryValue } from '../../shell/router.ts';
import { DocumentField } from './document-field.tsx';

type Backend = 'none' | 'lambda' | 'http';

const verbs = ['ANY', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

export default function CreateHttp() {
  const { region } = useSession();
  const [from] = useQueryValue('from');
  const [origin, setOrigin] = useState(from === 'import' ? 'import' : 'new');
  const [document, setDocument] = useState('');
  const [name, setName] = useState('');
  const [backend, setBackend] = useState<Backend>('none');
  const [functionRegion, setFunctionRegion] = useState(region);
  const [functionName, setFunctionName] = useState('');
  const [url, setUrl] = useState('');
  const [verb, setVerb] = useState('ANY');
  const [path, setPath] = useState('/');
  const [isAutoDeployed, setAutoDeployed] = useState(true);
  const isImport = origin === 'import';

  async function submit(): Promise<void> {
    if (isImport) return made(await call('apigatewayv2', 'ImportApi', { Body: document }));
    const arn = backend === 'lambda' ? await functionArn(functionRegion, functionName) : '';
    const api = await call('apigatewayv2', 'CreateApi', { Name: name, ProtocolType: 'HTTP' });
    const ApiId = api.ApiId!;
    if (backend !== 'none') {
      const { IntegrationId } = await call('apigatewayv2', 'CreateIntegration', {
        ApiId,
        ...(backend === 'lambda'
          ? { IntegrationType: 'AWS_PROXY', IntegrationUri: arn, PayloadFormatVersion: '2.0' }
          : {
              IntegrationType: 'HTTP_PROXY',
              IntegrationUri: url,
              IntegrationMethod: 'ANY',
              PayloadFormatVersion: '1.0',
            }),
      });
      const RouteKey = `${verb} ${path}`;
      await call('apigatewayv2', 'CreateRoute', { ApiId, RouteKey, Target: `integrations/${IntegrationId}` });
      if (backend === 'lambda') await letInvoke(arn, await sourceArn(ApiId, sourceOfRoute(RouteKey)));
    }
    await call('apigatewayv2', 'CreateStage', { ApiId, StageName: '$default', AutoDeploy: isAutoDeployed });
    made(api);
  }

  function made(api: { ApiId?: string; Name?: string; Warnings?: readonly string[] }): void {
    navigate(apiHome('http', api.ApiId!));
    tellSuccess(`HTTP API ${api.Name} (${api.ApiId}) was created.`);
    for (const warning of api.Warnings ?? []) tellWarning(`Imported with a warning: ${warning}`);
  }

  const isIncomplete = isImport
    ? document.trim() === ''
    : !name || (backend === 'lambda' && !functionName) || (backend === 'http' && !url);
  return (
    <FormPage
      title="Create HTTP API"
      action={isImport ? 'Import API' : 'Create API'}
      cancelTo="/apis"
      isDisabled={isIncomplete}
      submit={submit}
    >
      <Container header={<Header variant="h2">API details</Header>}>
        <SpaceBetween size="l">
          <Tiles
            ariaLabel="How to begin"
            value={origin}
            items={[
              { value: 'new', label: 'New API', description: 'Name it, and say where its first route leads.' },
              { value: 'import', label: 'Import API', description: 'Create an API from an OpenAPI 3.0 document.' },
            ]}
            onChange={({ detail }) => setOrigin(detail.value)}
          />
          {isImport ? (
            <DocumentField value={document} onChange={setDocument} />
          ) : (
            <FormField label="API name">
              <Input value={name} onChange={({ detail }) => setName(detail.value)} />
            </FormField>
          )}
        </SpaceBetween>
      </Container>
      {!isImport && (
        <Container header={<Header variant="h2">First integration and route</Header>}>
          <SpaceBetween size="l">
            <Tiles
              ariaLabel="Integration"
              columns={3}
              value={backend}
              items={[
                { value: 'none', label: 'None', description: 'Add routes later.' },
                { value: 'lambda', label: 'Lambda', description: 'A function answers.' },
                { value: 'http', label: 'HTTP', description: 'A web server answers.' },
              ]}
              onChange={({ detail }) => setBackend(detail.value as Backend)}
            />
            {backend === 'lambda' && (
              <FunctionField
                region={functionRegion}
                onRegion={setFunctionRegion}
                value={functionName}
                onChange={setFunctionName}
              />
            )}
            {backend === 'http' && (
              <FormField label="URL endpoint">
                <Input
                  value={url}
                  placeholder="http://localhost:3000/{proxy}"
                  onChange={({ detail }) => setUrl(detail.value)}
                />
              </FormField>
            )}
            {backend !== 'none' && (
              <SpaceBetween direction="horizontal" size="s">
                <FormField label="Method">
                  <Select
                    options={verbs.map((value) => ({ value }))}
                    selectedOption={{ value: verb }}
                    onChange={({ detail }) => setVerb(detail.selectedOption.value!)}
                  />
                </FormField>
                <FormField label="Resource path">
                  <Input value={path} onChange={({ detail }) => setPath(detail.value)} />
                </FormField>
              </SpaceBetween>
            )}
          </SpaceBetween>
        </Container>
      )}
      {!isImport && (
        <Container header={<Header variant="h2">Stage</Header>}>
          <FormField label="$default" description="Its address has no stage name in it.">
            <Toggle checked={isAutoDeployed} onChange={({ detail }) => setAutoDeployed(detail.checked)}>
              Auto-deploy
            </Toggle>
          </FormField>
        </Container>
      )}
    </FormPage>
  );
}
