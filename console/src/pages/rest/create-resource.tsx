/** A new resource below another: with a greedy path variable, or with the preflight of CORS, where wanted (row CON-02). */
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { SwitchField, TextField } from '../../shared/fields.tsx';
import { FormPage } from '../../shared/form-page.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useParam } from '../../shell/page-context.ts';
import { navigate, useQueryValue } from '../../shell/router.ts';
import { enableCorsOn } from './enable-cors-dialog.tsx';
import { resourcePath, useResources } from './resources.ts';

export default function CreateResource() {
  const apiId = useParam('apiId');
  const { nodes, error } = useResources(apiId);
  const [given] = useQueryValue('parent');
  const [chosen, setChosen] = useState(given);
  const [name, setName] = useState('');
  const [isProxy, setProxy] = useState(false);
  const [hasCors, setCors] = useState(false);
  if (nodes === undefined) return error ? <Refusal error={error} /> : <Spinner size="large" />;
  const parent = nodes.find(({ id }) => id === chosen) ?? nodes.find(({ path }) => path === '/')!;
  const options = nodes.map(({ id, path }) => ({ value: id, label: path }));

  async function submit(): Promise<void> {
    const made = await call('apigateway', 'CreateResource', { restApiId: apiId, parentId: parent.id, pathPart: name });
    if (hasCors) await enableCorsOn(apiId, made.path!);
    // A proxy resource takes every verb; the method says where to, so that is next, as in the guide.
    navigate(
      isProxy ? `/rest/${apiId}/resources/create-method?resource=${made.id}&verb=ANY` : resourcePath(apiId, made.id!),
    );
    tellSuccess(`Resource ${made.path} was created.`);
  }

  return (
    <FormPage
      title="Create resource"
      action="Create resource"
      cancelTo={resourcePath(apiId, parent.id)}
      isDisabled={name === ''}
      submit={submit}
    >
      <Container header={<Header variant="h2">Resource details</Header>}>
        <SpaceBetween size="l">
          <SwitchField
            label="Proxy resource"
            description="Takes requests to all paths below it: its name is a greedy path variable, {proxy+}."
            value={isProxy}
            onChange={(next) => {
              setProxy(next);
              if (next) setName('{proxy+}');
              else if (name === '{proxy+}') setName('');
            }}
          />
          <FormField label="Resource path">
            <Select
              options={options}
              selectedOption={{ value: parent.id, label: parent.path }}
              filteringType="auto"
              onChange={({ detail }) => setChosen(detail.selectedOption.value!)}
            />
          </FormField>
          <TextField
            label="Resource name"
            description="A segment of the path. One in braces, {petId}, is a variable."
            placeholder="my-resource"
            value={name}
            onChange={setName}
          />
          <SwitchField
            label="CORS (Cross Origin Resource Sharing)"
            description="Adds an OPTIONS method that lets pages of all origins in."
            value={hasCors}
            onChange={setCors}
          />
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}
