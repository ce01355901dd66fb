/** The settings of an HTTP or WebSocket API. */

import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { call } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useOperation } from '../../client/queries.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import { useParam } from '../../shell/page-context.ts';

type Api = Output<'apigatewayv2', 'GetApi'>;

export default function V2Settings() {
  const apiId = useParam('apiId');
  const { data: api, error } = useOperation('apigatewayv2', 'GetApi', { ApiId: apiId });
  return (
    <ContentLayout header={<Header variant="h1">API settings</Header>}>
      <Refusal error={error} />
      {api && <Settings api={api} />}
    </ContentLayout>
  );
}

function Settings({ api }: { api: Api }) {
  const isHttp = api.ProtocolType === 'HTTP';
  const draft = useDraft({
    name: api.Name ?? '',
    description: api.Description ?? '',
    version: api.Version ?? '',
    isDisabled: api.DisableExecuteApiEndpoint ?? false,
    routeSelection: api.RouteSelectionExpression ?? '',
    keySelection: api.ApiKeySelectionExpression ?? '',
  });
  const { value, set } = draft;
  const save = (): Promise<unknown> =>
    call('apigatewayv2', 'UpdateApi', {
      ...{ ApiId: api.ApiId!, Name: value.name, Description: value.description, Version: value.version },
      DisableExecuteApiEndpoint: value.isDisabled,
      ...(!isHttp && { RouteSelectionExpression: value.routeSelection, ApiKeySelectionExpression: value.keySelection }),
    });
  return (
    <EditPanel title="API details" draft={draft} save={save} saved="API settings saved.">
      <TextField label="API name" value={value.name} onChange={(name) => set({ name })} />
      <TextField label="Description" value={value.description} onChange={(description) => set({ description })} />
      <TextField label="Version" value={value.version} onChange={(version) => set({ version })} />
      {!isHttp && (
        <SpaceBetween size="m">
          <TextField
            label="Route selection expression"
            placeholder="$request.body.action"
            value={value.routeSelection}
            onChange={(routeSelection) => set({ routeSelection })}
          />
          <ChoiceField
            label="API key selection expression"
            value={value.keySelection}
            onChange={(keySelection) => set({ keySelection })}
            options={[
              { value: '$request.header.x-api-key', description: 'The header X-Api-Key' },
              { value: '$context.authorizer.usageIdentifierKey', description: 'What the authorizer says' },
            ]}
          />
        </SpaceBetween>
      )}
      <SwitchField
        label="Disable the default endpoint"
        description="Callers come by custom domain names only."
        value={value.isDisabled}
        onChange={(isDisabled) => set({ isDisabled })}
      />
    </EditPanel>
  );
}
