/** The settings of a REST API. */
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import { call } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useOperation } from '../../client/queries.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { changedPatches, type Patch, patchSegment } from '../../shared/map-patches.ts';
import { Refusal } from '../../shared/refusal.tsx';
import { useParam } from '../../shell/page-context.ts';

type RestApi = Output<'apigateway', 'GetRestApi'>;

export default function RestSettings() {
  const restApiId = useParam('apiId');
  const { data: api, error } = useOperation('apigateway', 'GetRestApi', { restApiId });
  return (
    <ContentLayout header={<Header variant="h1">API settings</Header>}>
      <Refusal error={error} />
      {api && <Settings api={api} />}
    </ContentLayout>
  );
}

const lines = (text: string): string[] => text.split(/[\s,]+/).filter((each) => each !== '');

function Settings({ api }: { api: RestApi }) {
  const saved = {
    name: api.name ?? '',
    description: api.description ?? '',
    keySource: api.apiKeySource ?? 'HEADER',
    type: (api.endpointConfiguration?.types?.[0] ?? 'EDGE') as string,
    endpoints: (api.endpointConfiguration?.vpcEndpointIds ?? []).join('\n'),
    isDisabled: api.disableExecuteApiEndpoint ?? false,
    binary: (api.binaryMediaTypes ?? []).join('\n'),
    compression: api.minimumCompressionSize === undefined ? '' : String(api.minimumCompressionSize),
  };
  const draft = useDraft(saved);
  const { value, set } = draft;

  function listPatches(path: string, from: string, to: string, segment: (each: string) => Patch[]): Patch[] {
    const [had, has] = [lines(from), lines(to)];
    const removed = had
      .filter((each) => !has.includes(each))
      .map((each): Patch => ({ op: 'remove', path: `${path}/${patchSegment(each)}` }));
    return [...removed, ...has.filter((each) => !had.includes(each)).flatMap(segment)];
  }

  const save = (): Promise<unknown> =>
    call('apigateway', 'UpdateRestApi', {
      restApiId: api.id!,
      patchOperations: [
        ...changedPatches(
          {
            name: '/name',
            description: '/description',
            keySource: '/apiKeySource',
            isDisabled: '/disableExecuteApiEndpoint',
            compression: '/minimumCompressionSize',
          },
          saved,
          value,
        ),
        ...(value.type === saved.type
          ? []
          : [{ op: 'replace' as const, path: `/endpointConfiguration/types/${saved.type}`, value: value.type }]),
        ...endpointPatches(saved.endpoints, value.endpoints),
        ...listPatches('/binaryMediaTypes', saved.binary, value.binary, (each) => [
          { op: 'add', path: `/binaryMediaTypes/${patchSegment(each)}` },
        ]),
      ],
    });

  return (
    <EditPanel
      title="API details"
      description="Binary media types, compression and the API key source act with the next deployment."
      draft={draft}
      save={save}
      saved="API settings saved."
    >
      <TextField label="API name" value={value.name} onChange={(name) => set({ name })} />
      <TextField label="Description" value={value.description} onChange={(description) => set({ description })} />
      <ChoiceField
        label="API endpoint type"
        value={value.type}
        onChange={(type) => set({ type })}
        options={[
          { value: 'REGIONAL', label: 'Regional' },
          { value: 'EDGE', label: 'Edge-optimized' },
          { value: 'PRIVATE', label: 'Private' },
        ]}
      />
      {value.type === 'PRIVATE' && (
        <TextField
          label="VPC endpoint IDs"
          lines={2}
          placeholder="vpce-1a2b3c4d"
          value={value.endpoints}
          onChange={(endpoints) => set({ endpoints })}
        />
      )}
      <ChoiceField
        label="API key source"
        value={value.keySource}
        onChange={(keySource) => set({ keySource: keySource as typeof value.keySource })}
        options={[
          { value: 'HEADER', label: 'Header', description: 'X-Api-Key' },
          { value: 'AUTHORIZER', label: 'Authorizer', description: 'usageIdentifierKey of its answer' },
        ]}
      />
      <SwitchField
        label="Disable the default endpoint"
        description="Callers come by custom domain names only."
        value={value.isDisabled}
        onChange={(isDisabled) => set({ isDisabled })}
      />
      <TextField
        label="Binary media types"
        hint="One a line: image/png, or */* for all."
        lines={3}
        value={value.binary}
        onChange={(binary) => set({ binary })}
      />
      <TextField
        label="Minimum body size for compression"
        hint="Bytes; empty for no compression."
        value={value.compression}
        onChange={(compression) => set({ compression })}
      />
    </EditPanel>
  );
}

function endpointPatches(from: string, to: string): Patch[] {
  const path = '/endpointConfiguration/vpcEndpointIds';
  const [had, has] = [lines(from), lines(to)];
  return [
    ...has.filter((id) => !had.includes(id)).map((value): Patch => ({ op: 'add', path, value })),
    ...had.filter((id) => !has.includes(id)).map((value): Patch => ({ op: 'remove', path, value })),
  ];
}
