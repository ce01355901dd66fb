/** What a client has to send: authorization, key, parameters, body. */
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { call } from '../../client/call.ts';
import { useItems, useOperation } from '../../client/queries.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { type KeyValue, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { listIn } from '../../shared/list-in.ts';
import { mapPatches, type Patch, replaced } from '../../shared/map-patches.ts';
import { type MethodProps, pathVariables, placeOf, textMap } from './method-place.ts';
import { ModelRows } from './model-rows.tsx';
import { validationOf, validations, validatorFor } from './request-validation.ts';

interface Parameter {
  readonly name: string;
  readonly isRequired: boolean;
  /** Part of what the cache knows answers by. */
  readonly isCached: boolean;
}

interface MethodRequestDraft {
  /** `NONE`, `AWS_IAM`, or an authorizer's id. */
  readonly authorization: string;
  readonly scopes: string;
  readonly validation: string;
  readonly needsKey: boolean;
  readonly operationName: string;
  readonly query: readonly Parameter[];
  readonly headers: readonly Parameter[];
  readonly path: readonly Parameter[];
  readonly models: readonly KeyValue[];
}

export function MethodRequest(props: MethodProps) {
  const { apiId, method, node } = props;
  const authorizers = useItems('apigateway', 'GetAuthorizers', { restApiId: apiId, limit: 500 });
  const validators = useOperation('apigateway', 'GetRequestValidators', { restApiId: apiId, limit: 500 });
  const saved = savedDraft(props, validationOf(method.requestValidatorId, validators.data?.items));
  const draft = useDraft(saved);
  const { value, set } = draft;
  const chosen = authorizers.data?.find(({ id }) => id === value.authorization);

  async function save(): Promise<void> {
    const patches: Patch[] = [];
    if (value.authorization !== saved.authorization || value.scopes !== saved.scopes) {
      patches.push(replaced('/authorizationType', authorizationType()));
      if (chosen) patches.push(replaced('/authorizerId', chosen.id!));
      const wanted = chosen?.type === 'COGNITO_USER_POOLS' ? listIn(value.scopes) : [];
      const had = listIn(saved.scopes);
      const path = '/authorizationScopes';
      patches.push(
        ...had.filter((scope) => !wanted.includes(scope)).map((scope): Patch => ({ op: 'remove', path, value: scope })),
      );
      patches.push(
        ...wanted.filter((scope) => !had.includes(scope)).map((scope): Patch => ({ op: 'add', path, value: scope })),
      );
    }
    if (value.needsKey !== saved.needsKey) patches.push(replaced('/apiKeyRequired', value.needsKey));
    if (value.operationName !== saved.operationName) patches.push(replaced('/operationName', value.operationName));
    if (value.validation !== saved.validation) {
      patches.push(
        replaced('/requestValidatorId', await validatorFor(apiId, value.validation, validators.data?.items)),
      );
    }
    patches.push(...mapPatches('/requestParameters', declared(saved), declared(value)));
    patches.push(...mapPatches('/requestModels', mapOf(saved.models), mapOf(value.models)));
    if (patches.length > 0) await call('apigateway', 'UpdateMethod', { ...placeOf(props), patchOperations: patches });
    await saveCacheKeys();
  }

  function authorizationType(): string {
    if (chosen === undefined) return value.authorization;
    return chosen.type === 'COGNITO_USER_POOLS' ? 'COGNITO_USER_POOLS' : 'CUSTOM';
  }

  /** Which parameters count is the integration's to know. */
  async function saveCacheKeys(): Promise<void> {
    if (method.methodIntegration === undefined) return;
    const [had, wanted] = [cached(saved), cached(value)];
    const patchOperations: Patch[] = [
      ...had
        .filter((name) => !wanted.includes(name))
        .map((name): Patch => ({ op: 'remove', path: `/cacheKeyParameters/${name}` })),
      ...wanted
        .filter((name) => !had.includes(name))
        .map((name): Patch => ({ op: 'add', path: `/cacheKeyParameters/${name}` })),
    ];
    if (patchOperations.length > 0)
      await call('apigateway', 'UpdateIntegration', { ...placeOf(props), patchOperations });
  }

  return (
    <EditPanel
      title="Method request settings"
      draft={draft}
      save={save}
      saved="Method request saved. Deploy the API to make it act."
    >
      <ChoiceField
        label="Authorization"
        value={value.authorization}
        onChange={(authorization) => set({ authorization })}
        options={[
          { value: 'NONE', label: 'None' },
          { value: 'AWS_IAM', label: 'AWS IAM' },
          ...(authorizers.data ?? []).map(({ id, name, type }) => ({
            value: id!,
            label: name!,
            description: type === 'COGNITO_USER_POOLS' ? 'Cognito user pool authorizer' : 'Lambda authorizer',
          })),
        ]}
      />
      {chosen?.type === 'COGNITO_USER_POOLS' && (
        <TextField
          label="Authorization scopes - optional"
          description="Separated by commas. With scopes the token has to be an access token that has one of them."
          value={value.scopes}
          onChange={(scopes) => set({ scopes })}
        />
      )}
      <ChoiceField
        label="Request validator"
        value={value.validation}
        onChange={(validation) => set({ validation })}
        options={validations.map(({ label }) => ({ value: label }))}
      />
      <SwitchField label="API key required" value={value.needsKey} onChange={(needsKey) => set({ needsKey })} />
      <TextField
        label="Operation name - optional"
        description="What generated SDKs call it."
        value={value.operationName}
        onChange={(operationName) => set({ operationName })}
      />
      {pathVariables(node.path).length > 0 && (
        <FormField label="Request paths">
          {value.path.map((each, at) => (
            <Checkbox
              key={each.name}
              checked={each.isCached}
              onChange={({ detail }) =>
                set({ path: value.path.map((other, i) => (i === at ? { ...other, isCached: detail.checked } : other)) })
              }
            >
              {`${each.name}: part of the cache key`}
            </Checkbox>
          ))}
        </FormField>
      )}
      <Parameters
        title="URL query string parameters"
        add="Add query string"
        rows={value.query}
        onChange={(query) => set({ query })}
      />
      <Parameters
        title="HTTP request headers"
        add="Add header"
        rows={value.headers}
        onChange={(headers) => set({ headers })}
      />
      <ModelRows
        apiId={apiId}
        title="Request body"
        add="Add model"
        rows={value.models}
        onChange={(models) => set({ models })}
      />
    </EditPanel>
  );
}

function Parameters({
  title,
  add,
  rows,
  onChange,
}: {
  title: string;
  add: string;
  rows: readonly Parameter[];
  onChange(rows: readonly Parameter[]): void;
}) {
  const replace = (at: number, change: Partial<Parameter>): void =>
    onChange(rows.map((row, i) => (i === at ? { ...row, ...change } : row)));
  return (
    <FormField label={title} stretch>
      <AttributeEditor
        items={[...rows]}
        addButtonText={add}
        removeButtonText="Remove"
        empty={<Box color="text-status-inactive">None declared.</Box>}
        onAddButtonClick={() => onChange([...rows, { name: '', isRequired: false, isCached: false }])}
        onRemoveButtonClick={({ detail }) => onChange(rows.filter((_, i) => i !== detail.itemIndex))}
        definition={[
          {
            label: 'Name',
            control: ({ name }, at) => (
              <Input
                value={name}
                ariaLabel={`${title}: name`}
                onChange={({ detail }) => replace(at, { name: detail.value })}
              />
            ),
          },
          {
            label: 'Required',
            control: ({ isRequired }, at) => (
              <Checkbox checked={isRequired} onChange={({ detail }) => replace(at, { isRequired: detail.checked })}>
                Required
              </Checkbox>
            ),
          },
          {
            label: 'Caching',
            control: ({ isCached }, at) => (
              <Checkbox checked={isCached} onChange={({ detail }) => replace(at, { isCached: detail.checked })}>
                Part of the cache key
              </Checkbox>
            ),
          },
        ]}
      />
    </FormField>
  );
}

function savedDraft({ method, node }: MethodProps, validation: string): MethodRequestDraft {
  const parameters = method.requestParameters ?? {};
  const cacheKeys = method.methodIntegration?.cacheKeyParameters ?? [];
  const of = (place: string): Parameter[] =>
    Object.entries(parameters)
      .filter(([key]) => key.startsWith(`method.request.${place}.`))
      .map(([key, isRequired]) => ({
        name: key.slice(`method.request.${place}.`.length),
        isRequired: isRequired ?? false,
        isCached: cacheKeys.includes(key),
      }));
  return {
    authorization: method.authorizerId ?? method.authorizationType ?? 'NONE',
    scopes: (method.authorizationScopes ?? []).join(', '),
    validation,
    needsKey: method.apiKeyRequired ?? false,
    operationName: method.operationName ?? '',
    query: of('querystring'),
    headers: of('header'),
    path: pathVariables(node.path).map((name) => ({
      name,
      isRequired: true,
      isCached: cacheKeys.includes(`method.request.path.${name}`),
    })),
    models: pairsOf(textMap(method.requestModels)),
  };
}

const named = (place: string, rows: readonly Parameter[]): [string, Parameter][] =>
  rows.filter(({ name }) => name !== '').map((row) => [`method.request.${place}.${row.name}`, row]);

const all = ({ query, headers }: MethodRequestDraft): [string, Parameter][] => [
  ...named('querystring', query),
  ...named('header', headers),
];

const declared = (draft: MethodRequestDraft): Record<string, string> =>
  Object.fromEntries([
    ...all(draft).map(([key, row]) => [key, String(row.isRequired)]),
    // A path variable that the cache counts has to be declared.
    ...named('path', draft.path)
      .filter(([, row]) => row.isCached)
      .map(([key]) => [key, 'true']),
  ]);

const cached = (draft: MethodRequestDraft): string[] =>
  [...all(draft), ...named('path', draft.path)].filter(([, row]) => row.isCached).map(([key]) => key);
