/** A new method with its integration (row CON-02); a function that does not exist is refused here (row CON-07). */
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { useSession } from '../../client/session.ts';
import { ChoiceField } from '../../shared/fields.tsx';
import { FormPage } from '../../shared/form-page.tsx';
import { letInvoke, sourceArn, sourceOfMethod } from '../../shared/invoke-permission.ts';
import { usePermissionPrompt } from '../../shared/permission-prompt.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useParam } from '../../shell/page-context.ts';
import { navigate, useQueryValue } from '../../shell/router.ts';
import { integrationOf, isComplete, newIntegration } from './integration-draft.ts';
import { IntegrationFields } from './integration-fields.tsx';
import { type ResourceNode, resourcePath, useResources } from './resources.ts';

const verbs = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

export default function CreateMethod() {
  const apiId = useParam('apiId');
  const { nodes, error } = useResources(apiId);
  const [resourceId] = useQueryValue('resource');
  if (nodes === undefined) return error ? <Refusal error={error} /> : <Spinner size="large" />;
  const node = nodes.find(({ id }) => id === resourceId) ?? nodes.find(({ path }) => path === '/')!;
  return <MethodForm apiId={apiId} node={node} />;
}

function MethodForm({ apiId, node }: { apiId: string; node: ResourceNode }) {
  const { region } = useSession();
  const [given] = useQueryValue('verb');
  const [verb, setVerb] = useState(given ?? '');
  const [draft, setDraft] = useState(() => newIntegration(region));
  const permission = usePermissionPrompt();
  const models = useItems('apigateway', 'GetModels', { restApiId: apiId, limit: 500 });
  // A model that new APIs begin with; imported ones may be without.
  const hasEmpty = models.data?.some(({ name }) => name === 'Empty') ?? false;
  const place = { restApiId: apiId, resourceId: node.id, httpMethod: verb };

  async function submit(): Promise<void> {
    const { input, functionArn } = await integrationOf(draft, region);
    const source = await sourceArn(apiId, sourceOfMethod(verb, node.path));
    await permission.ask(functionArn, source);
    await call('apigateway', 'PutMethod', { ...place, authorizationType: 'NONE' });
    try {
      await call('apigateway', 'PutIntegration', { ...place, ...input });
      if (functionArn !== undefined) await letInvoke(functionArn, source);
      const responseModels: Record<string, string> = hasEmpty ? { 'application/json': 'Empty' } : {};
      await call('apigateway', 'PutMethodResponse', { ...place, statusCode: '200', responseModels });
      if (!input.type.endsWith('_PROXY')) {
        await call('apigateway', 'PutIntegrationResponse', { ...place, statusCode: '200' });
      }
    } catch (refusal) {
      // Half a method would refuse every deployment.
      await call('apigateway', 'DeleteMethod', place);
      throw refusal;
    }
    navigate(resourcePath(apiId, node.id, verb));
    tellSuccess(`Method ${verb} ${node.path} was created. Deploy the API to make it answer.`);
  }

  return (
    <FormPage
      title="Create method"
      description={node.path}
      action="Create method"
      cancelTo={resourcePath(apiId, node.id)}
      isDisabled={verb === '' || !isComplete(draft)}
      submit={submit}
    >
      <Container header={<Header variant="h2">Method details</Header>}>
        <SpaceBetween size="l">
          <ChoiceField
            label="Method type"
            placeholder="Choose a method"
            value={verb}
            onChange={setVerb}
            options={verbs.filter((each) => !node.methods.has(each)).map((value) => ({ value }))}
          />
          <IntegrationFields draft={draft} set={(change) => setDraft((before) => ({ ...before, ...change }))} />
        </SpaceBetween>
      </Container>
      {permission.dialog}
    </FormPage>
  );
}
