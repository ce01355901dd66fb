/** Which pages of other sites may call an HTTP API; the API answers their preflights itself. */
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useState } from 'react';
import type { Api } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useOperation } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoicesField, SwitchField, TextField } from '../../shared/fields.tsx';
import { listIn } from '../../shared/list-in.ts';
import { Refusal } from '../../shared/refusal.tsx';
import { useParam } from '../../shell/page-context.ts';

export default function CorsPage() {
  const ApiId = useParam('apiId');
  const { data, error } = useOperation('apigatewayv2', 'GetApi', { ApiId });
  if (data === undefined) return error ? <Refusal error={error} /> : <Spinner size="large" />;
  return (
    <SpaceBetween size="m">
      <Header variant="h1">Cross-Origin Resource Sharing</Header>
      <CorsPanel ApiId={ApiId} cors={data.CorsConfiguration} />
    </SpaceBetween>
  );
}

const verbs = ['*', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((value) => ({ value }));

function CorsPanel({ ApiId, cors }: { ApiId: string; cors: Api['CorsConfiguration'] }) {
  const [isClearing, setClearing] = useState(false);
  const draft = useDraft({
    origins: text(cors?.AllowOrigins),
    headers: text(cors?.AllowHeaders),
    methods: cors?.AllowMethods ?? [],
    exposed: text(cors?.ExposeHeaders),
    maxAge: String(cors?.MaxAge ?? ''),
    credentials: cors?.AllowCredentials ?? false,
  });
  const { value, set } = draft;

  const save = (): Promise<unknown> =>
    call('apigatewayv2', 'UpdateApi', {
      ApiId,
      CorsConfiguration: {
        AllowOrigins: listIn(value.origins),
        AllowHeaders: listIn(value.headers),
        AllowMethods: value.methods,
        ExposeHeaders: listIn(value.exposed),
        ...(value.maxAge !== '' && { MaxAge: Number(value.maxAge) }),
        AllowCredentials: value.credentials,
      },
    });

  return (
    <>
      <EditPanel
        title="Configure CORS"
        draft={draft}
        save={save}
        saved="CORS configuration saved."
        actions={
          <Button formAction="none" disabled={cors === undefined} onClick={() => setClearing(true)}>
            Clear
          </Button>
        }
      >
        <TextField
          label="Access-Control-Allow-Origin"
          description="Origins, separated by commas; * for all."
          placeholder="https://www.example.com"
          value={value.origins}
          onChange={(origins) => set({ origins })}
        />
        <TextField
          label="Access-Control-Allow-Headers"
          description="Names, separated by commas."
          placeholder="content-type, authorization"
          value={value.headers}
          onChange={(headers) => set({ headers })}
        />
        <ChoicesField
          label="Access-Control-Allow-Methods"
          value={value.methods}
          onChange={(methods) => set({ methods })}
          options={verbs}
        />
        <TextField
          label="Access-Control-Expose-Headers"
          description="Names, separated by commas."
          value={value.exposed}
          onChange={(exposed) => set({ exposed })}
        />
        <TextField
          label="Access-Control-Max-Age"
          description="Seconds that a browser remembers a preflight."
          type="number"
          value={value.maxAge}
          onChange={(maxAge) => set({ maxAge })}
        />
        <SwitchField
          label="Access-Control-Allow-Credentials"
          value={value.credentials}
          onChange={(credentials) => set({ credentials })}
        />
      </EditPanel>
      {isClearing && (
        <ConfirmDelete
          title="Clear the CORS configuration?"
          action="Clear"
          run={() => call('apigatewayv2', 'DeleteCorsConfiguration', { ApiId })}
          close={() => setClearing(false)}
        >
          Preflights are then routed like other requests.
        </ConfirmDelete>
      )}
    </>
  );
}

const text = (list: readonly string[] | undefined): string => (list ?? []).join(', ');
