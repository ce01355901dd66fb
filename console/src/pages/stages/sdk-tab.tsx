/** Client code for the API as the stage has it. */
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useChange, useItems } from '../../client/queries.ts';
import { download } from '../../shared/download.ts';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import type { StageTabProps } from './stage-calls.ts';

export function SdkTab({ restApiId, stage }: StageTabProps) {
  const types = useItems('apigateway', 'GetSdkTypes', {});
  const [sdkType, setSdkType] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const chosen = types.data?.find(({ id }) => id === sdkType);
  const properties = chosen?.configurationProperties ?? [];
  const parameters = Object.fromEntries(
    properties
      .map(({ name, defaultValue }) => [name!, values[name!] ?? defaultValue ?? ''])
      .filter(([, value]) => value !== ''),
  );
  const make = useChange(async () => {
    const { body, contentDisposition, contentType } = await call('apigateway', 'GetSdk', {
      ...{ restApiId, stageName: stage.stageName!, sdkType, parameters },
    });
    download(nameIn(contentDisposition) ?? `${sdkType}.zip`, body ?? '', contentType ?? 'application/zip');
  });
  return (
    <Container
      header={
        <Header variant="h2" description="An SDK is made from what the stage has deployed.">
          SDK generation
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ChoiceField
          label="Platform"
          value={sdkType}
          onChange={setSdkType}
          options={(types.data ?? []).map(({ id, friendlyName }) => ({ value: id!, label: friendlyName ?? id! }))}
        />
        {properties.map(({ name, friendlyName, description, required, defaultValue }) => (
          <TextField
            key={name}
            label={`${friendlyName ?? name}${required ? '' : ' - optional'}`}
            description={description}
            value={values[name!] ?? defaultValue ?? ''}
            onChange={(value) => setValues({ ...values, [name!]: value })}
          />
        ))}
        <Button
          variant="primary"
          disabled={sdkType === '' || properties.some(({ name, required }) => required && !parameters[name!])}
          loading={make.isRunning}
          onClick={() => void make.run().catch(() => undefined)}
        >
          Generate SDK
        </Button>
        <Refusal error={make.error ?? types.error} />
      </SpaceBetween>
    </Container>
  );
}

export const nameIn = (disposition: string | undefined): string | undefined =>
  /filename="?([^";]+)/.exec(disposition ?? '')?.[1];
