/** Creates an authorizer, or changes one. */

import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Authorizer } from '../../../../src/wire/generated/apigateway.ts';
import { call, callerIdentity } from '../../client/call.ts';
import { useScope } from '../../client/queries.ts';
import { useSession } from '../../client/session.ts';
import { ChoicesField, SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { functionArn, invocationUri } from '../../shared/function-arn.ts';
import { FunctionField } from '../../shared/function-field.tsx';
import { letInvoke, sourceArn, sourceOfAuthorizer } from '../../shared/invoke-permission.ts';
import { changedPatches, type Patch } from '../../shared/map-patches.ts';
import { usePermissionPrompt } from '../../shared/permission-prompt.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { type AuthorizerDraft, draftOfAuthorizer, identitySourceOf, sourceTypes, ttlOf } from './authorizer-draft.ts';

export interface AuthorizerDialogProps {
  readonly apiId: string;
  /** The one to change; a new one without. */
  readonly authorizer?: Authorizer;
  close(): void;
}

export function AuthorizerDialog({ apiId, authorizer, close }: AuthorizerDialogProps) {
  const { region } = useSession();
  const permission = usePermissionPrompt();
  const [draft, setDraft] = useState(() => draftOfAuthorizer(authorizer, region));
  const set = (change: Partial<AuthorizerDraft>): void => setDraft((before) => ({ ...before, ...change }));
  const { name, type } = draft;
  const isLambda = type !== 'COGNITO_USER_POOLS';
  const isComplete = name !== '' && (isLambda ? draft.functionName !== '' : draft.pools.length > 0);

  async function save(): Promise<void> {
    const arn = isLambda ? await functionArn(draft.functionRegion, draft.functionName) : undefined;
    const needsPermission = arn !== undefined && draft.role === '';
    // A new authorizer's id is not known yet, so no statement can be there.
    await permission.ask(
      needsPermission ? arn : undefined,
      await sourceArn(apiId, sourceOfAuthorizer(authorizer?.id ?? '?')),
    );
    const id = authorizer === undefined ? await create(arn) : await update(authorizer, arn);
    if (needsPermission) await letInvoke(arn, await sourceArn(apiId, sourceOfAuthorizer(id)));
    tellSuccess(`Authorizer ${name} was saved.`);
  }

  async function create(arn: string | undefined): Promise<string> {
    const made = await call('apigateway', 'CreateAuthorizer', {
      ...{
        restApiId: apiId,
        name,
        type,
        identitySource: identitySourceOf(draft),
        authorizerResultTtlInSeconds: ttlOf(draft),
      },
      ...(arn && { authorizerUri: invocationUri(arn.split(':')[3]!, arn) }),
      ...(isLambda && draft.role && { authorizerCredentials: draft.role }),
      ...(!isLambda && { providerARNs: draft.pools }),
      ...(type !== 'REQUEST' && draft.validation && { identityValidationExpression: draft.validation }),
    });
    return made.id!;
  }

  async function update(before: Authorizer, arn: string | undefined): Promise<string> {
    const flat = (uri: string, identitySource: string, each: AuthorizerDraft) => ({
      ...{ name: each.name, uri, role: each.role, identitySource, validation: each.validation, ttl: ttlOf(each) },
    });
    const saved = draftOfAuthorizer(before, region);
    const uri = arn === undefined ? '' : invocationUri(arn.split(':')[3]!, arn);
    const pools = before.providerARNs ?? [];
    const patchOperations: Patch[] = [
      ...changedPatches(
        {
          name: '/name',
          uri: '/authorizerUri',
          role: '/authorizerCredentials',
          identitySource: '/identitySource',
          validation: '/identityValidationExpression',
          ttl: '/authorizerResultTtlInSeconds',
        },
        flat(before.authorizerUri ?? '', before.identitySource ?? '', saved),
        flat(uri, identitySourceOf(draft), draft),
      ),
      ...draft.pools
        .filter((each) => !pools.includes(each))
        .map((value): Patch => ({ op: 'add', path: '/providerARNs', value })),
      ...pools
        .filter((each) => !draft.pools.includes(each))
        .map((value): Patch => ({ op: 'remove', path: '/providerARNs', value })),
    ];
    if (patchOperations.length > 0) {
      await call('apigateway', 'UpdateAuthorizer', { restApiId: apiId, authorizerId: before.id!, patchOperations });
    }
    return before.id!;
  }

  return (
    <>
      <FormModal
        title={authorizer ? `Edit authorizer ${authorizer.name}` : 'Create authorizer'}
        submitText={authorizer ? 'Save changes' : 'Create authorizer'}
        size="large"
        isDisabled={!isComplete}
        onDismiss={close}
        onSubmit={save}
      >
        <TextField label="Authorizer name" value={name} onChange={(next) => set({ name: next })} />
        {!authorizer && (
          <FormField label="Authorizer type">
            <RadioGroup
              value={isLambda ? 'lambda' : 'cognito'}
              onChange={({ detail }) => set({ type: detail.value === 'lambda' ? 'TOKEN' : 'COGNITO_USER_POOLS' })}
              items={[
                {
                  value: 'lambda',
                  label: 'Lambda',
                  description: 'A function looks at the caller and answers with a policy.',
                },
                { value: 'cognito', label: 'Cognito', description: 'Callers bring a token of a user pool.' },
              ]}
            />
          </FormField>
        )}
        {isLambda ? (
          <LambdaFields draft={draft} set={set} isNew={!authorizer} />
        ) : (
          <PoolFields draft={draft} set={set} region={region} />
        )}
        <SwitchField
          label="Authorization caching"
          description="What was decided about a caller is remembered for a while."
          value={draft.isCached}
          onChange={(isCached) => set({ isCached })}
        />
        {draft.isCached && (
          <TextField
            label="TTL (seconds)"
            type="number"
            hint="At most 3600."
            value={draft.ttl}
            onChange={(ttl) => set({ ttl })}
          />
        )}
      </FormModal>
      {permission.dialog}
    </>
  );
}

interface FieldsProps {
  readonly draft: AuthorizerDraft;
  set(change: Partial<AuthorizerDraft>): void;
}

function LambdaFields({ draft, set, isNew }: FieldsProps & { isNew: boolean }) {
  const { sources } = draft;
  const replace = (at: number, change: Partial<(typeof sources)[number]>): void =>
    set({ sources: sources.map((each, i) => (i === at ? { ...each, ...change } : each)) });
  const options = sourceTypes.map(([value, label]) => ({ value, label }));
  return (
    <SpaceBetween size="m">
      <FunctionField
        region={draft.functionRegion}
        onRegion={(functionRegion) => set({ functionRegion })}
        value={draft.functionName}
        onChange={(functionName) => set({ functionName })}
      />
      <TextField
        label="Lambda invoke role - optional"
        description="Leave it empty to let the function's own policy let API Gateway in."
        value={draft.role}
        onChange={(role) => set({ role })}
      />
      {isNew && (
        <FormField label="Lambda event payload">
          <RadioGroup
            value={draft.type}
            onChange={({ detail }) => set({ type: detail.value as 'TOKEN' })}
            items={[
              { value: 'TOKEN', label: 'Token', description: 'The function gets a token of one header.' },
              { value: 'REQUEST', label: 'Request', description: 'The function gets the request.' },
            ]}
          />
        </FormField>
      )}
      {draft.type === 'TOKEN' ? (
        <SpaceBetween size="m">
          <TextField
            label="Token source"
            description="The header that holds the token."
            value={draft.tokenSource}
            onChange={(tokenSource) => set({ tokenSource })}
          />
          <TextField
            label="Token validation - optional"
            description="A regular expression; a token that does not match is refused without asking the function."
            value={draft.validation}
            onChange={(validation) => set({ validation })}
          />
        </SpaceBetween>
      ) : (
        <FormField
          label="Identity sources"
          description="A request without one of them is refused without asking the function."
          stretch
        >
          <AttributeEditor
            items={[...sources]}
            addButtonText="Add identity source"
            removeButtonText="Remove"
            empty="None; then nothing may be cached."
            onAddButtonClick={() => set({ sources: [...sources, { beginning: 'method.request.header.', name: '' }] })}
            onRemoveButtonClick={({ detail }) => set({ sources: sources.filter((_, i) => i !== detail.itemIndex) })}
            definition={[
              {
                label: 'Source type',
                control: ({ beginning }, at) => (
                  <Select
                    ariaLabel="Source type"
                    options={options}
                    selectedOption={options.find(({ value }) => value === beginning) ?? null}
                    onChange={({ detail }) => replace(at, { beginning: detail.selectedOption.value! })}
                  />
                ),
              },
              {
                label: 'Key',
                control: ({ name }, at) => (
                  <Input
                    value={name}
                    ariaLabel="Identity source key"
                    onChange={({ detail }) => replace(at, { name: detail.value })}
                  />
                ),
              },
            ]}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}

function PoolFields({ draft, set, region }: FieldsProps & { region: string }) {
  const scope = useScope();
  const pools = useQuery({ queryKey: [scope, 'user-pools'], queryFn: () => userPools(region) });
  return (
    <SpaceBetween size="m">
      <ChoicesField
        label="Cognito user pools"
        value={draft.pools}
        onChange={(next) => set({ pools: next })}
        options={(pools.data ?? []).map(({ arn, name }) => ({
          value: arn,
          label: name,
          description: arn.split('/')[1]!,
        }))}
      />
      <TextField
        label="Token source"
        description="The header that holds the token."
        value={draft.tokenSource}
        onChange={(tokenSource) => set({ tokenSource })}
      />
      <TextField
        label="Token validation - optional"
        description="A regular expression for the token's audience."
        value={draft.validation}
        onChange={(validation) => set({ validation })}
      />
    </SpaceBetween>
  );
}

async function userPools(region: string): Promise<{ arn: string; name: string }[]> {
  const [{ account }, { UserPools = [] }] = await Promise.all([
    callerIdentity(),
    call('cognito-idp', 'ListUserPools', { MaxResults: 60 }),
  ]);
  return UserPools.map(({ Id, Name }) => ({
    arn: `arn:aws:cognito-idp:${region}:${account}:userpool/${Id}`,
    name: Name!,
  }));
}
