/** Creates an integration of an HTTP API, or changes one. */

import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useState } from 'react';
import { serviceActions } from '../../../../src/definition/first-class-services.ts';
import type { Integration } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { useSession } from '../../client/session.ts';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { functionArn } from '../../shared/function-arn.ts';
import { FunctionField } from '../../shared/function-field.tsx';
import { letInvoke, sourceArn, sourceOfRoute } from '../../shared/invoke-permission.ts';
import { type KeyValue, KeyValueEditor, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { usePermissionPrompt } from '../../shared/permission-prompt.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { functionOf, kindOf, type TargetKind } from './integration-target.ts';

const verbs = ['ANY', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((value) => ({ value }));

export interface IntegrationDialogProps {
  readonly apiId: string;
  readonly integration?: Integration;
  /** Of the routes that lead to it: another function has to let them in. */
  readonly routeKeys?: readonly string[];
  close(): void;
}

export function IntegrationDialog({ apiId: ApiId, integration, routeKeys = [], close }: IntegrationDialogProps) {
  const { region } = useSession();
  const permission = usePermissionPrompt();
  const arn = integration && functionOf(integration);
  const [kind, setKind] = useState<TargetKind>(integration ? kindOf(integration) : 'lambda');
  const [functionRegion, setFunctionRegion] = useState(arn?.split(':')[3] ?? region);
  const [functionName, setFunctionName] = useState(arn ?? '');
  const [payload, setPayload] = useState(integration?.PayloadFormatVersion ?? '2.0');
  const [uri, setUri] = useState(kind === 'http' || kind === 'private' ? (integration?.IntegrationUri ?? '') : '');
  const [verb, setVerb] = useState(integration?.IntegrationMethod ?? 'ANY');
  const [linkId, setLinkId] = useState(integration?.ConnectionId ?? '');
  const [subtype, setSubtype] = useState(integration?.IntegrationSubtype ?? 'SQS-SendMessage');
  const [role, setRole] = useState(integration?.CredentialsArn ?? '');
  const [description, setDescription] = useState(integration?.Description ?? '');
  const [timeout, setTimeoutText] = useState(String(integration?.TimeoutInMillis ?? 30_000));
  const [parameters, setParameters] = useState<readonly KeyValue[]>(parametersOf(integration, subtype));
  const links = useItems('apigatewayv2', 'GetVpcLinks', {}, { enabled: kind === 'private' });

  async function save(): Promise<void> {
    const target = kind === 'lambda' ? await functionArn(functionRegion, functionName) : undefined;
    const sources = await Promise.all(routeKeys.map((key) => sourceArn(ApiId, sourceOfRoute(key))));
    if (sources[0] !== undefined && role === '') await permission.ask(target, sources[0]);
    // What was mapped and is not any more has to be named, with nothing to come from.
    const gone = Object.fromEntries(Object.keys(integration?.RequestParameters ?? {}).map((name) => [name, '']));
    const RequestParameters = { ...gone, ...mapOf(parameters) };
    const common = {
      ...{ ApiId, TimeoutInMillis: Number(timeout) || 30_000, Description: description },
      ...(Object.keys(RequestParameters).length > 0 && { RequestParameters }),
      ...(role !== '' && { CredentialsArn: role }),
    };
    const own =
      kind === 'lambda'
        ? { IntegrationType: 'AWS_PROXY' as const, IntegrationUri: target!, PayloadFormatVersion: payload }
        : kind === 'service'
          ? { IntegrationType: 'AWS_PROXY' as const, IntegrationSubtype: subtype, PayloadFormatVersion: '1.0' }
          : {
              ...{
                IntegrationType: 'HTTP_PROXY' as const,
                IntegrationUri: uri,
                IntegrationMethod: verb,
                PayloadFormatVersion: '1.0',
              },
              ...(kind === 'private' && { ConnectionType: 'VPC_LINK' as const, ConnectionId: linkId }),
            };
    if (integration === undefined) await call('apigatewayv2', 'CreateIntegration', { ...common, ...own });
    else
      await call('apigatewayv2', 'UpdateIntegration', { ...common, ...own, IntegrationId: integration.IntegrationId! });
    if (target !== undefined && role === '') for (const source of sources) await letInvoke(target, source);
    tellSuccess('Integration saved.');
  }

  const isComplete =
    kind === 'lambda'
      ? functionName !== ''
      : kind === 'service'
        ? role !== ''
        : uri !== '' && (kind === 'http' || linkId !== '');
  return (
    <>
      <FormModal
        title={integration ? `Edit integration ${integration.IntegrationId}` : 'Create integration'}
        submitText={integration ? 'Save changes' : 'Create integration'}
        size="large"
        isDisabled={!isComplete}
        onDismiss={close}
        onSubmit={save}
      >
        {!integration && (
          <Tiles
            ariaLabel="Integration type"
            columns={4}
            value={kind}
            onChange={({ detail }) => {
              setKind(detail.value as TargetKind);
              setParameters(detail.value === 'service' ? requiredOf(subtype) : []);
            }}
            items={[
              { value: 'lambda', label: 'Lambda function' },
              { value: 'http', label: 'HTTP URI' },
              { value: 'service', label: 'AWS service' },
              { value: 'private', label: 'Private resource' },
            ]}
          />
        )}
        {kind === 'lambda' && (
          <SpaceBetween size="m">
            <FunctionField
              region={functionRegion}
              onRegion={setFunctionRegion}
              value={functionName}
              onChange={setFunctionName}
            />
            <ChoiceField
              label="Payload format version"
              value={payload}
              onChange={setPayload}
              options={[{ value: '2.0' }, { value: '1.0', description: 'As REST APIs send it' }]}
            />
          </SpaceBetween>
        )}
        {kind === 'private' && (
          <ChoiceField
            label="VPC link"
            value={linkId}
            onChange={setLinkId}
            options={(links.data ?? []).map(({ VpcLinkId, Name }) => ({
              value: VpcLinkId!,
              label: `${Name} (${VpcLinkId})`,
            }))}
          />
        )}
        {(kind === 'http' || kind === 'private') && (
          <SpaceBetween size="m">
            <ChoiceField label="HTTP method" value={verb} onChange={setVerb} options={verbs} />
            <TextField
              label={kind === 'http' ? 'URL' : 'Listener or service ARN'}
              placeholder={kind === 'http' ? 'https://example.com/{proxy}' : 'arn:aws:elasticloadbalancing:…'}
              value={uri}
              onChange={setUri}
            />
          </SpaceBetween>
        )}
        {kind === 'service' && (
          <ChoiceField
            label="Integration subtype"
            value={subtype}
            isDisabled={integration !== undefined}
            onChange={(next) => {
              setSubtype(next);
              setParameters(requiredOf(next));
            }}
            options={Object.keys(serviceActions).map((value) => ({ value }))}
          />
        )}
        {kind !== 'http' && kind !== 'private' && (
          <TextField
            label={kind === 'service' ? 'Invocation role' : 'Invocation role - optional'}
            description="The ARN of a role."
            value={role}
            onChange={setRole}
          />
        )}
        <FormField
          label="Parameter mapping"
          description={
            kind === 'service'
              ? 'The parameters of the action.'
              : 'overwrite:header.name, append:querystring.name, remove:header.name, overwrite:path …'
          }
          stretch
        >
          <KeyValueEditor
            pairs={parameters}
            onChange={setParameters}
            keyLabel="Parameter to modify"
            valueLabel="Value"
            addLabel="Add mapping"
            empty="Nothing is mapped."
          />
        </FormField>
        <TextField
          label="Timeout"
          type="number"
          description="In milliseconds; 30000 by default."
          value={timeout}
          onChange={setTimeoutText}
        />
        <TextField label="Description - optional" value={description} onChange={setDescription} />
      </FormModal>
      {permission.dialog}
    </>
  );
}

const requiredOf = (subtype: string): KeyValue[] =>
  (serviceActions[subtype]?.required ?? []).map((name): KeyValue => [name, '']);

function parametersOf(integration: Integration | undefined, subtype: string): readonly KeyValue[] {
  if (integration === undefined) return [];
  const given = pairsOf(integration.RequestParameters);
  return given.length > 0 || integration.IntegrationSubtype === undefined ? given : requiredOf(subtype);
}
