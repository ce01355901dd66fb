import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { CertificateField } from './certificate-field.tsx';
import {
  type EndpointType,
  endpointTypes,
  isEnhanced,
  type RoutingMode,
  routingModes,
  securityPolicies,
} from './domain-choices.ts';

export interface CreateDomainDialogProps {
  readonly onDismiss: () => void;
  readonly onCreated: (domain: Output<'apigateway', 'CreateDomainName'>) => void;
}

export function CreateDomainDialog({ onDismiss, onCreated }: CreateDomainDialogProps) {
  const [domainName, setDomainName] = useState('');
  const [type, setType] = useState<EndpointType>('REGIONAL');
  const [securityPolicy, setSecurityPolicy] = useState('TLS_1_2');
  const [accessMode, setAccessMode] = useState<'BASIC' | 'STRICT'>('BASIC');
  const [routingMode, setRoutingMode] = useState<RoutingMode>('BASE_PATH_MAPPING_ONLY');
  const [certificate, setCertificate] = useState('');
  const [isMutual, setMutual] = useState(false);
  const [truststoreUri, setTruststoreUri] = useState('');
  const needsAccessMode = isEnhanced(securityPolicy) && type !== 'PRIVATE';

  async function create(): Promise<void> {
    const created = await call('apigateway', 'CreateDomainName', {
      ...{ domainName, endpointConfiguration: { types: [type] } },
      ...(type === 'REGIONAL' ? { regionalCertificateArn: certificate } : { certificateArn: certificate }),
      ...(type !== 'PRIVATE' && { securityPolicy: securityPolicy as 'TLS_1_2' }),
      ...(needsAccessMode && { endpointAccessMode: accessMode }),
      ...(type === 'REGIONAL' && { routingMode }),
      ...(isMutual && { mutualTlsAuthentication: { truststoreUri } }),
      ...(type === 'PRIVATE' && { policy: openPolicy }),
    });
    tellSuccess(`Domain name ${domainName} created.`);
    onCreated(created);
  }

  return (
    <FormModal
      title="Add domain name"
      submitText="Add domain name"
      isDisabled={domainName === '' || certificate === '' || (isMutual && truststoreUri === '')}
      onDismiss={onDismiss}
      onSubmit={create}
    >
      <TextField label="Domain name" placeholder="api.example.com" value={domainName} onChange={setDomainName} />
      <ChoiceField
        label="Endpoint type"
        value={type}
        onChange={(value) => {
          setType(value as EndpointType);
          setSecurityPolicy('TLS_1_2');
        }}
        options={endpointTypes}
      />
      {type !== 'PRIVATE' && (
        <ChoiceField
          label="Security policy"
          value={securityPolicy}
          onChange={setSecurityPolicy}
          options={securityPolicies(type)}
        />
      )}
      {needsAccessMode && (
        <ChoiceField
          label="Endpoint access mode"
          value={accessMode}
          onChange={(value) => setAccessMode(value as typeof accessMode)}
          options={[
            { value: 'BASIC', label: 'Basic' },
            { value: 'STRICT', label: 'Strict', description: 'The name in the TLS handshake must be the one in Host.' },
          ]}
        />
      )}
      {type === 'REGIONAL' && (
        <ChoiceField
          label="Routing mode"
          value={routingMode}
          onChange={(value) => setRoutingMode(value as RoutingMode)}
          options={routingModes}
        />
      )}
      <CertificateField domainName={domainName} value={certificate} onChange={setCertificate} />
      {type === 'REGIONAL' && (
        <SpaceBetween size="m">
          <SwitchField label="Mutual TLS authentication" value={isMutual} onChange={setMutual} />
          {isMutual && (
            <TextField
              label="Truststore URI"
              placeholder="s3://truststores/ca.pem"
              value={truststoreUri}
              onChange={setTruststoreUri}
            />
          )}
        </SpaceBetween>
      )}
    </FormModal>
  );
}

/** A private domain must have a policy; who may enter is then said in it. */
const openPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }],
});
