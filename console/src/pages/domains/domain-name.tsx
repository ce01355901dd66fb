/** One custom domain name: how it is reached and where it leads. */
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { call } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useOperation } from '../../client/queries.ts';
import { CopyText } from '../../shared/copy-text.tsx';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { changedPatches } from '../../shared/map-patches.ts';
import { Refusal } from '../../shared/refusal.tsx';
import { useParam } from '../../shell/page-context.ts';
import { useQueryValue } from '../../shell/router.ts';
import { ApiMappings } from './api-mappings.tsx';
import { BasePathMappings } from './base-path-mappings.tsx';
import { CertificateField } from './certificate-field.tsx';
import { isEnhanced, routingModes, securityPolicies } from './domain-choices.ts';
import { RoutingRules } from './routing-rules.tsx';

type Domain = Output<'apigateway', 'GetDomainName'>;

export default function DomainNamePage() {
  const domainName = useParam('domainName');
  const [domainNameId] = useQueryValue('id');
  const { data: domain, error } = useOperation('apigateway', 'GetDomainName', {
    domainName,
    ...(domainNameId && { domainNameId }),
  });
  const isRegional = domain?.endpointConfiguration?.types?.includes('REGIONAL') === true;
  return (
    <ContentLayout header={<Header variant="h1">{domainName}</Header>}>
      <Refusal error={error} />
      {domain && (
        <SpaceBetween size="l">
          <Details domain={domain} />
          {isRegional && domain.routingMode !== 'BASE_PATH_MAPPING_ONLY' && <RoutingRules domainName={domainName} />}
          {isRegional && domain.routingMode !== 'ROUTING_RULE_ONLY' && <ApiMappings domainName={domainName} />}
          {!isRegional && <BasePathMappings domainName={domainName} {...(domainNameId && { domainNameId })} />}
          <Configuration domain={domain} />
        </SpaceBetween>
      )}
    </ContentLayout>
  );
}

function Details({ domain }: { domain: Domain }) {
  const {
    domainName,
    domainNameStatus,
    regionalDomainName,
    distributionDomainName,
    endpointConfiguration,
    mutualTlsAuthentication,
  } = domain;
  const port = location.port || (location.protocol === 'https:' ? '443' : '80');
  return (
    <Container header={<Header variant="h2">Endpoint configuration</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Status', value: domainNameStatus ?? '-' },
            { label: 'Endpoint type', value: endpointConfiguration?.types?.join(', ') ?? '-' },
            { label: 'API Gateway domain name', value: regionalDomainName ?? distributionDomainName ?? '-' },
            { label: 'Mutual TLS', value: mutualTlsAuthentication?.truststoreUri ?? 'Off' },
          ]}
        />
        <KeyValuePairs
          items={[
            {
              label: 'Try it before the name leads here',
              value: (
                <CopyText
                  text={`curl --cacert ca.pem --resolve ${domainName}:${port}:${location.hostname === 'localhost' ? '127.0.0.1' : location.hostname} https://${domainName}:${port}/`}
                  label="Copy command"
                />
              ),
            },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

function Configuration({ domain }: { domain: Domain }) {
  const type = domain.endpointConfiguration?.types?.[0] ?? 'EDGE';
  const isRegional = type === 'REGIONAL';
  const saved = {
    certificate: (isRegional ? domain.regionalCertificateArn : domain.certificateArn) ?? '',
    securityPolicy: domain.securityPolicy ?? '',
    accessMode: domain.endpointAccessMode ?? '',
    routingMode: domain.routingMode ?? '',
    truststoreUri: domain.mutualTlsAuthentication?.truststoreUri ?? '',
  };
  const draft = useDraft(saved);
  const { value, set } = draft;

  function save(): Promise<unknown> {
    const { domainName, domainNameId } = domain;
    const paths = {
      certificate: isRegional ? '/regionalCertificateArn' : '/certificateArn',
      securityPolicy: '/securityPolicy',
      accessMode: '/endpointAccessMode',
      routingMode: '/routingMode',
    };
    const truststore = {
      op: 'replace' as const,
      path: '/mutualTlsAuthentication/truststoreUri',
      value: value.truststoreUri,
    };
    return call('apigateway', 'UpdateDomainName', {
      ...{ domainName: domainName!, ...(domainNameId && { domainNameId }) },
      patchOperations: [
        ...changedPatches(paths, saved, value),
        ...(value.truststoreUri === saved.truststoreUri ? [] : [truststore]),
      ],
    });
  }

  return (
    <EditPanel title="Configuration" draft={draft} save={save} saved="Domain name saved.">
      {type !== 'PRIVATE' && (
        <ChoiceField
          label="Security policy"
          value={value.securityPolicy}
          onChange={(securityPolicy) => set({ securityPolicy: securityPolicy as typeof value.securityPolicy })}
          options={securityPolicies(type)}
        />
      )}
      {isEnhanced(value.securityPolicy) && (
        <ChoiceField
          label="Endpoint access mode"
          value={value.accessMode}
          onChange={(accessMode) => set({ accessMode: accessMode as typeof value.accessMode })}
          options={[
            { value: 'BASIC', label: 'Basic' },
            { value: 'STRICT', label: 'Strict' },
          ]}
        />
      )}
      {isRegional && (
        <ChoiceField
          label="Routing mode"
          value={value.routingMode}
          onChange={(routingMode) => set({ routingMode: routingMode as typeof value.routingMode })}
          options={routingModes}
        />
      )}
      <CertificateField
        domainName={domain.domainName ?? ''}
        value={value.certificate}
        onChange={(certificate) => set({ certificate })}
      />
      {isRegional && (
        <TextField
          label="Truststore URI"
          hint="Of mutual TLS; empty for none."
          placeholder="s3://truststores/ca.pem"
          value={value.truststoreUri}
          onChange={(truststoreUri) => set({ truststoreUri })}
        />
      )}
    </EditPanel>
  );
}
