/** A certificate out of Certificate Manager, or a new one of the local authority. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { call } from '../../client/call.ts';
import { useChange, useOperation } from '../../client/queries.ts';
import { ChoiceField } from '../../shared/fields.tsx';
import { Refusal } from '../../shared/refusal.tsx';

export interface CertificateFieldProps {
  /** The name a new certificate is for; none can be asked for while it is empty. */
  readonly domainName: string;
  readonly value: string;
  readonly onChange: (arn: string) => void;
}

export function CertificateField({ domainName, value, onChange }: CertificateFieldProps) {
  const { data, error } = useOperation('acm', 'ListCertificates', {});
  const request = useChange(async () => {
    const { CertificateArn } = await call('acm', 'RequestCertificate', {
      DomainName: domainName,
      ValidationMethod: 'DNS',
    });
    onChange(CertificateArn!);
  });
  const known = data?.CertificateSummaryList ?? [];
  return (
    <SpaceBetween size="xs">
      <ChoiceField
        label="ACM certificate"
        value={value}
        onChange={onChange}
        options={known.map(({ CertificateArn, DomainName, Type }) => ({
          value: CertificateArn!,
          label: DomainName!,
          description: `${Type === 'IMPORTED' ? 'imported' : 'issued here'} · ${CertificateArn!.split('/').at(-1)}`,
        }))}
      />
      <Button
        formAction="none"
        disabled={domainName === ''}
        loading={request.isRunning}
        onClick={() => void request.run().catch(() => undefined)}
      >
        Request a new certificate
      </Button>
      <Refusal error={error ?? request.error} />
    </SpaceBetween>
  );
}
