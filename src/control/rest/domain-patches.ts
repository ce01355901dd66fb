/** What UpdateDomainName of v1 can change (row PATCH-07; API reference, "Patch Operations"). */
import type { DomainDraft } from '../domains/draft.ts';
import { routingModeOf } from '../domains/routing-modes.ts';
import { invalidValue } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';
import { type Change, type PatchRow, type PatchTable, withMember, without } from './patch.ts';

type TextMember =
  | 'certificateArn'
  | 'certificateName'
  | 'regionalCertificateArn'
  | 'regionalCertificateName'
  | 'truststoreUri'
  | 'truststoreVersion'
  | 'ownershipVerificationCertificateArn';

/** A text that is set by add and replace, and taken away by remove and by an empty value ("Disable mutual TLS"). */
function textRow(path: string, member: TextMember): PatchRow<DomainDraft> {
  const set: Change<DomainDraft> = (draft, { value }) =>
    value === '' ? without(draft, member) : withMember(draft, member, value);
  return { path, add: set, replace: set, remove: (draft) => without(draft, member) };
}

const policyRow = (path: string, member: 'policy' | 'managementPolicy'): PatchRow<DomainDraft> => ({
  path,
  replace: (draft, { value }) => (value === '' ? without(draft, member) : withMember(draft, member, value)),
});

export const domainPatches: PatchTable<DomainDraft> = {
  rows: [
    textRow('/certificateName', 'certificateName'),
    textRow('/certificateArn', 'certificateArn'),
    textRow('/regionalCertificateName', 'regionalCertificateName'),
    textRow('/regionalCertificateArn', 'regionalCertificateArn'),
    {
      path: '/endpointConfiguration/types',
      add: (draft, { value }) => withMember(draft, 'types', [...new Set([...draft.types, value])]),
      remove: (draft, { value }) =>
        withMember(
          draft,
          'types',
          draft.types.filter((type) => type !== value),
        ),
    },
    {
      path: '/endpointConfiguration/ipAddressType',
      replace: (draft, { value }) => withMember(draft, 'ipAddressType', value),
    },
    {
      path: '/mutualTlsAuthentication/truststoreUri',
      add: withTruststoreUri,
      replace: withTruststoreUri,
      remove: (draft) => without(draft, 'truststoreUri', 'truststoreVersion'),
    },
    textRow('/mutualTlsAuthentication/truststoreVersion', 'truststoreVersion'),
    textRow('/ownershipVerificationCertificateArn', 'ownershipVerificationCertificateArn'),
    {
      path: '/securityPolicy',
      // The access mode belongs to enhanced policies: without one there is nothing it could mean.
      replace: (draft, { value }) =>
        value.startsWith('SecurityPolicy_')
          ? withMember(draft, 'securityPolicy', value)
          : { ...without(draft, 'endpointAccessMode'), securityPolicy: value },
    },
    { path: '/endpointAccessMode', replace: (draft, { value }) => withMember(draft, 'endpointAccessMode', value) },
    policyRow('/policy', 'policy'),
    policyRow('/managementPolicy', 'managementPolicy'),
    {
      path: '/routingMode',
      replace(draft, { value }) {
        const mode = routingModeOf(value);
        if (mode === undefined) throw invalidValue('routing mode', value);
        return withMember(draft, 'routingMode', mode);
      },
    },
  ],
  // As Terraform's users quote it: types are added and removed, not replaced.
  refuse: ({ path, op }) =>
    op === 'replace' && path?.startsWith('/endpointConfiguration/types')
      ? badRequest(`${path} Invalid request input`)
      : undefined,
};

/** Another bundle has versions of its own. */
function withTruststoreUri(draft: DomainDraft, { value }: { readonly value: string }): DomainDraft {
  if (value === '') return without(draft, 'truststoreUri', 'truststoreVersion');
  if (value === draft.truststoreUri) return draft;
  return { ...without(draft, 'truststoreVersion'), truststoreUri: value };
}
