/** Names of one's own for APIs. */
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call, type ItemOf } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { hrefOf, navigate } from '../../shell/router.ts';
import { CreateDomainDialog } from './create-domain-dialog.tsx';
import { endpointTypes } from './domain-choices.ts';

type Domain = ItemOf<Output<'apigateway', 'GetDomainNames'>>;

/** Private domains may share a name; their ids tell them apart. */
const keyOf = ({ domainName, domainNameId }: Domain): string =>
  `${domainName}${domainNameId ? ` (${domainNameId})` : ''}`;
const pathOf = ({ domainName, domainNameId }: Domain): string =>
  `/domain-names/${encodeURIComponent(domainName!)}${domainNameId ? `?id=${domainNameId}` : ''}`;

export default function DomainNames() {
  const { data, error } = useItems('apigateway', 'GetDomainNames', {});
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'delete'>();
  const chosen = data?.find((each) => keyOf(each) === selected);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="Custom domain names"
        description="A request belongs to a domain by its Host; the domain's mappings lead it to stages."
        items={data}
        error={error}
        idOf={keyOf}
        selected={chosen}
        onSelect={(domain) => select(domain && keyOf(domain))}
        columns={[
          {
            title: 'Domain name',
            cell: (domain) => <Link href={hrefOf(pathOf(domain))}>{domain.domainName}</Link>,
            text: ({ domainName }) => domainName!,
          },
          {
            title: 'Endpoint type',
            cell: ({ endpointConfiguration }) =>
              endpointConfiguration?.types
                ?.map((type) => endpointTypes.find(({ value }) => value === type)?.label)
                .join(', '),
          },
          {
            title: 'Security policy',
            cell: ({ securityPolicy }) => securityPolicy ?? '-',
            text: ({ securityPolicy }) => securityPolicy ?? '',
          },
          { title: 'Status', cell: ({ domainNameStatus }) => domainNameStatus ?? '-' },
          {
            title: 'Target',
            cell: ({ regionalDomainName, distributionDomainName }) =>
              regionalDomainName ?? distributionDomainName ?? '-',
          },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setDialog('create')}>
              Add domain name
            </Button>
          </SpaceBetween>
        }
        empty="There is no custom domain name yet."
      />
      {dialog === 'create' && <CreateDomainDialog onDismiss={close} onCreated={(domain) => navigate(pathOf(domain))} />}
      {dialog === 'delete' && chosen && (
        <ConfirmDelete
          title={`Delete domain name ${chosen.domainName}?`}
          mustType
          run={async () => {
            const { domainName, domainNameId } = chosen;
            await call('apigateway', 'DeleteDomainName', {
              domainName: domainName!,
              ...(domainNameId && { domainNameId }),
            });
            tellSuccess('Domain name deleted.');
          }}
          close={close}
        >
          Requests by this name are no longer answered by its APIs. Its mappings go with it.
        </ConfirmDelete>
      )}
    </>
  );
}
