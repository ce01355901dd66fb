/** Who decides about callers of an HTTP or a WebSocket API. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Authorizer } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { functionInUri } from '../../shared/function-arn.ts';
import { type Column, ItemTable } from '../../shared/item-table.tsx';
import { useParam } from '../../shell/page-context.ts';
import { usePath } from '../../shell/router.ts';
import { V2AuthorizerDialog } from './authorizer-dialog.tsx';

const asker = ({ AuthorizerUri, JwtConfiguration }: Authorizer): string =>
  JwtConfiguration?.Issuer ?? functionInUri(AuthorizerUri)?.split(':function:')[1] ?? '-';
const sources = ({ IdentitySource = [] }: Authorizer): string => IdentitySource.join(', ') || '-';

const columns: readonly Column<Authorizer>[] = [
  { title: 'Name', cell: ({ Name }) => Name, text: ({ Name = '' }) => Name },
  { title: 'ID', cell: ({ AuthorizerId }) => AuthorizerId, text: ({ AuthorizerId = '' }) => AuthorizerId },
  { title: 'Type', cell: ({ AuthorizerType }) => (AuthorizerType === 'JWT' ? 'JWT' : 'Lambda') },
  { title: 'Issuer or function', cell: asker, text: asker },
  { title: 'Identity source', cell: sources, text: sources },
];

export default function V2AuthorizersPage() {
  const ApiId = useParam('apiId');
  const kind = usePath().split('/')[1] as 'http' | 'websocket';
  const { data, error } = useItems('apigatewayv2', 'GetAuthorizers', { ApiId });
  const [selectedId, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'edit' | 'delete'>();
  const selected = data?.find(({ AuthorizerId }) => AuthorizerId === selectedId);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="Authorizers"
        items={data}
        error={error}
        columns={columns}
        idOf={({ Name }) => Name!}
        selected={selected}
        onSelect={(item) => select(item?.AuthorizerId)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!selected} onClick={() => setDialog('edit')}>
              Edit
            </Button>
            <Button disabled={!selected} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setDialog('create')}>
              Create authorizer
            </Button>
          </SpaceBetween>
        }
        empty="No authorizers yet; a route chooses one."
      />
      {dialog === 'create' && <V2AuthorizerDialog apiId={ApiId} kind={kind} close={close} />}
      {dialog === 'edit' && selected && (
        <V2AuthorizerDialog apiId={ApiId} kind={kind} authorizer={selected} close={close} />
      )}
      {dialog === 'delete' && selected && (
        <ConfirmDelete
          title={`Delete authorizer ${selected.Name}?`}
          run={() => call('apigatewayv2', 'DeleteAuthorizer', { ApiId, AuthorizerId: selected.AuthorizerId! })}
          close={close}
        />
      )}
    </>
  );
}
