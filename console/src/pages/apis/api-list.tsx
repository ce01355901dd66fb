/** All APIs of the region, whatever their kind, side by side. */
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { type Column, ItemTable } from '../../shared/item-table.tsx';
import { shownTime } from '../../shared/shown-time.ts';
import { apiHome, kindNames } from '../../shell/navigation.tsx';
import { hrefOf, navigate } from '../../shell/router.ts';
import { type ListedApi, useAllApis } from './all-apis.ts';

const columns: readonly Column<ListedApi>[] = [
  {
    title: 'Name',
    cell: (api) => <Link href={hrefOf(apiHome(api.kind, api.id))}>{api.name}</Link>,
    text: (api) => api.name,
  },
  { title: 'Description', cell: (api) => api.description || '-', text: (api) => api.description },
  { title: 'ID', cell: (api) => api.id, text: (api) => api.id },
  { title: 'Protocol', cell: (api) => kindNames[api.kind], text: (api) => kindNames[api.kind] },
  { title: 'API endpoint type', cell: (api) => api.endpointType, text: (api) => api.endpointType },
  { title: 'Created', cell: (api) => shownTime(api.createdMs), text: (api) => String(api.createdMs ?? 0) },
];

const deleteApi = ({ kind, id }: ListedApi): Promise<unknown> =>
  kind === 'rest'
    ? call('apigateway', 'DeleteRestApi', { restApiId: id })
    : call('apigatewayv2', 'DeleteApi', { ApiId: id });

export default function ApiList() {
  const { apis, error } = useAllApis();
  const [selected, select] = useState<ListedApi>();
  const [isDeleting, setDeleting] = useState(false);
  const chosen = apis?.find(({ id }) => id === selected?.id);
  return (
    <>
      <ItemTable
        title="APIs"
        items={apis}
        error={error}
        columns={columns}
        idOf={(api) => api.id}
        selected={chosen}
        onSelect={(api) => select(api)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDeleting(true)}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => navigate('/apis/create')}>
              Create API
            </Button>
          </SpaceBetween>
        }
        empty={
          <SpaceBetween size="s">
            <span>There is no API in this region yet.</span>
            <Button onClick={() => navigate('/apis/create')}>Create API</Button>
          </SpaceBetween>
        }
      />
      {isDeleting && chosen && (
        <ConfirmDelete
          title={`Delete ${kindNames[chosen.kind]} API ${chosen.name}?`}
          mustType
          run={() => deleteApi(chosen)}
          close={() => setDeleting(false)}
        >
          Its stages stop answering at once, and nothing brings it back.
        </ConfirmDelete>
      )}
    </>
  );
}
