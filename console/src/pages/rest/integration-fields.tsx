/** Which backend a method leads to, and how: the picker of the forms that create and edit an integration (row CON-02). */
import Alert from '@cloudscape-design/components/alert';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useItems } from '../../client/queries.ts';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { namesStageVariable } from '../../shared/function-arn.ts';
import { FunctionField } from '../../shared/function-field.tsx';
import { regions } from '../../shell/regions.ts';
import { defaultTimeoutMs, type IntegrationDraft, type IntegrationKind } from './integration-draft.ts';

const kinds: readonly { value: IntegrationKind; label: string; description: string }[] = [
  { value: 'lambda', label: 'Lambda function', description: 'A function answers.' },
  { value: 'http', label: 'HTTP', description: 'A web server answers.' },
  { value: 'mock', label: 'Mock', description: 'Mappings and templates answer, no backend.' },
  { value: 'service', label: 'AWS service', description: 'A service such as SQS or DynamoDB answers.' },
  { value: 'vpc', label: 'VPC link', description: 'A backend of a private network answers.' },
];

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'ANY'].map((value) => ({ value }));

export interface IntegrationFieldsProps {
  readonly draft: IntegrationDraft;
  set(change: Partial<IntegrationDraft>): void;
}

export function IntegrationFields({ draft, set }: IntegrationFieldsProps) {
  const { kind, isProxy } = draft;
  return (
    <SpaceBetween size="l">
      <Tiles
        ariaLabel="Integration type"
        columns={3}
        value={kind}
        items={[...kinds]}
        onChange={({ detail }) => set({ kind: detail.value as IntegrationKind })}
      />
      {kind === 'lambda' && <LambdaFields draft={draft} set={set} />}
      {(kind === 'http' || kind === 'vpc') && <HttpFields draft={draft} set={set} />}
      {kind === 'service' && <ServiceFields draft={draft} set={set} />}
      {kind !== 'mock' && !isProxy && (
        <ChoiceField
          label="Content handling"
          value={draft.contentHandling || 'passthrough'}
          onChange={(value) => set({ contentHandling: value === 'passthrough' ? '' : (value as 'CONVERT_TO_TEXT') })}
          options={[
            { value: 'passthrough', label: 'Passthrough' },
            { value: 'CONVERT_TO_BINARY', label: 'Convert to binary' },
            { value: 'CONVERT_TO_TEXT', label: 'Convert to text' },
          ]}
        />
      )}
      {kind !== 'mock' && (
        <TextField
          label="Integration timeout"
          type="number"
          description={`In milliseconds; ${defaultTimeoutMs} by default, at least 50.`}
          value={draft.timeoutMs}
          onChange={(timeoutMs) => set({ timeoutMs })}
        />
      )}
    </SpaceBetween>
  );
}

function LambdaFields({ draft, set }: IntegrationFieldsProps) {
  return (
    <SpaceBetween size="l">
      <SwitchField
        label="Lambda proxy integration"
        description="Sends the whole request to the function as an event; the function answers with status, headers and body."
        value={draft.isProxy}
        onChange={(isProxy) => set({ isProxy })}
      />
      {draft.isProxy && (
        <SwitchField
          label="Stream the response"
          description="The client gets the beginning of the answer before its end is there."
          value={draft.isStreamed}
          onChange={(isStreamed) => set({ isStreamed })}
        />
      )}
      <FunctionField
        region={draft.functionRegion}
        onRegion={(functionRegion) => set({ functionRegion })}
        value={draft.functionName}
        onChange={(functionName) => set({ functionName })}
      />
      {namesStageVariable(draft.functionName) && (
        <Alert type="info">
          Which function is meant is known per stage: let API Gateway invoke each of them yourself, with AddPermission.
        </Alert>
      )}
      <TextField
        label="Execution role - optional"
        description="The ARN of a role to invoke the function with. Without one, the function's own policy has to let API Gateway in."
        placeholder="arn:aws:iam::123456789012:role/apigateway"
        value={draft.role}
        onChange={(role) => set({ role })}
      />
    </SpaceBetween>
  );
}

function HttpFields({ draft, set }: IntegrationFieldsProps) {
  const links = useItems('apigateway', 'GetVpcLinks', {}, { enabled: draft.kind === 'vpc' });
  return (
    <SpaceBetween size="l">
      <SwitchField
        label={draft.kind === 'vpc' ? 'VPC proxy integration' : 'HTTP proxy integration'}
        description="Sends the request to the backend as it is, and the backend's answer to the client."
        value={draft.isProxy}
        onChange={(isProxy) => set({ isProxy })}
      />
      {draft.kind === 'vpc' && (
        <ChoiceField
          label="VPC link"
          value={draft.vpcLinkId}
          onChange={(vpcLinkId) => set({ vpcLinkId })}
          options={(links.data ?? []).map(({ id, name }) => ({ value: id!, label: `${name} (${id})` }))}
        />
      )}
      <ChoiceField label="HTTP method" value={draft.verb} onChange={(verb) => set({ verb })} options={verbs} />
      <TextField
        label="Endpoint URL"
        description="May hold path parameters, {proxy}, and stage variables."
        placeholder="https://example.com/{proxy}"
        value={draft.url}
        onChange={(url) => set({ url })}
      />
    </SpaceBetween>
  );
}

function ServiceFields({ draft, set }: IntegrationFieldsProps) {
  return (
    <SpaceBetween size="l">
      <ColumnLayout columns={2}>
        <ChoiceField
          label="AWS Region"
          value={draft.serviceRegion}
          onChange={(serviceRegion) => set({ serviceRegion })}
          options={regions.map((value) => ({ value }))}
        />
        <TextField
          label="AWS service"
          placeholder="dynamodb"
          value={draft.service}
          onChange={(service) => set({ service })}
        />
        <TextField
          label="AWS subdomain - optional"
          value={draft.subdomain}
          onChange={(subdomain) => set({ subdomain })}
        />
        <ChoiceField label="HTTP method" value={draft.verb} onChange={(verb) => set({ verb })} options={verbs} />
        <ChoiceField
          label="Action type"
          value={draft.actionType}
          onChange={(value) => set({ actionType: value as 'action' | 'path' })}
          options={[
            { value: 'action', label: 'Use action name' },
            { value: 'path', label: 'Use path override' },
          ]}
        />
        <TextField
          label={draft.actionType === 'action' ? 'Action name' : 'Path override'}
          placeholder={draft.actionType === 'action' ? 'GetItem' : 'my-bucket/{key}'}
          value={draft.action}
          onChange={(action) => set({ action })}
        />
      </ColumnLayout>
      <TextField
        label="Execution role"
        description="The ARN of the role to call the service with; arn:aws:iam::*:user/* for the caller's own credentials."
        placeholder="arn:aws:iam::123456789012:role/apigateway"
        value={draft.role}
        onChange={(role) => set({ role })}
      />
    </SpaceBetween>
  );
}
