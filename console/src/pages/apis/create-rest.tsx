/** Creates a REST API: a new one, a clone, one from an OpenAPI document, or the example (row CON-01). */
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import Tiles from '@cloudscape-design/components/tiles';
import { useState } from 'react';
import type { EndpointType } from '../../../../src/wire/generated/apigateway.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { FormPage } from '../../shared/form-page.tsx';
import { tellSuccess, tellWarning } from '../../shell/flash.tsx';
import { apiHome } from '../../shell/navigation.tsx';
import { navigate, useQueryValue } from '../../shell/router.ts';
import { DocumentField } from './document-field.tsx';
import petStore from './pet-store.yaml?raw';

type Origin = 'new' | 'clone' | 'import' | 'example';

const origins: readonly { value: Origin; label: string; description: string }[] = [
  { value: 'new', label: 'New API', description: 'Create an empty REST API.' },
  { value: 'clone', label: 'Clone existing API', description: 'Create a copy of an API of this account.' },
  { value: 'import', label: 'Import API', description: 'Create an API from an OpenAPI 2.0 or 3.0 document.' },
  { value: 'example', label: 'Example API', description: 'Learn with a pet store that answers at once.' },
];

const endpointTypes: readonly { value: EndpointType; label: string; description: string }[] = [
  { value: 'REGIONAL', label: 'Regional', description: 'Deployed to this region.' },
  { value: 'EDGE', label: 'Edge-optimized', description: 'Answers as behind a CDN.' },
  { value: 'PRIVATE', label: 'Private', description: 'Reached through VPC endpoints only.' },
];

export default function CreateRest() {
  const [from] = useQueryValue('from');
  const [origin, setOrigin] = useState<Origin>(from === 'import' ? 'import' : 'new');
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [endpointType, setEndpointType] = useState<EndpointType>('REGIONAL');
  const [cloneFrom, setCloneFrom] = useState('');
  const [document, setDocument] = useState('');
  const apis = useItems('apigateway', 'GetRestApis', { limit: 500 }, { enabled: origin === 'clone' });
  const isImport = origin === 'import' || origin === 'example';
  const options = (apis.data ?? []).map((api) => ({ value: api.id!, label: api.name!, description: api.id! }));

  async function submit(): Promise<void> {
    const made = isImport
      ? await call('apigateway', 'ImportRestApi', {
          body: new TextEncoder().encode(origin === 'example' ? petStore : document),
          failOnWarnings: false,
          parameters: { endpointConfigurationTypes: endpointType },
        })
      : await call('apigateway', 'CreateRestApi', {
          name,
          ...(description && { description }),
          ...(origin === 'clone' && { cloneFrom }),
          endpointConfiguration: { types: [endpointType] },
        });
    navigate(apiHome('rest', made.id!));
    tellSuccess(`REST API ${made.name} (${made.id}) was created.`);
    for (const warning of made.warnings ?? []) tellWarning(`Imported with a warning: ${warning}`);
  }

  const isIncomplete = isImport
    ? origin === 'import' && document.trim() === ''
    : !name || (origin === 'clone' && !cloneFrom);
  return (
    <FormPage
      title="Create REST API"
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
            items={[...origins]}
            onChange={({ detail }) => setOrigin(detail.value as Origin)}
          />
          {origin === 'clone' && (
            <FormField label="API to clone from">
              <Select
                placeholder="Choose an API"
                empty="There is no REST API to clone"
                statusType={apis.isPending ? 'loading' : 'finished'}
                options={options}
                selectedOption={options.find(({ value }) => value === cloneFrom) ?? null}
                onChange={({ detail }) => setCloneFrom(detail.selectedOption.value!)}
              />
            </FormField>
          )}
          {!isImport && (
            <SpaceBetween size="l">
              <FormField label="API name">
                <Input value={name} onChange={({ detail }) => setName(detail.value)} />
              </FormField>
              <FormField label="Description - optional">
                <Textarea value={description} rows={2} onChange={({ detail }) => setDescription(detail.value)} />
              </FormField>
            </SpaceBetween>
          )}
          {isImport && (
            <DocumentField
              value={origin === 'example' ? petStore : document}
              {...(origin === 'import' && { onChange: setDocument })}
            />
          )}
          <FormField label="API endpoint type" stretch>
            <Tiles
              ariaLabel="API endpoint type"
              columns={3}
              value={endpointType}
              items={[...endpointTypes]}
              onChange={({ detail }) => setEndpointType(detail.value as EndpointType)}
            />
          </FormField>
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}
