/** Who decides about callers: Lambda functions and user pools (row CON-04). */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Authorizer } from '../../../../src/wire/generated/apigateway.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { functionInUri } from '../../shared/function-arn.ts';
import { type Column, ItemTable } from '../../shared/item-table.tsx';
import { useParam } from '../../shell/page-context.ts';
import { AuthorizerDialog } from './authorizer-dialog.tsx';
import { AuthorizerTest } from './authorizer-test.tsx';

const types: Readonly<Record<string, string>> = {
  TOKEN: 'Lambda (token)',
  REQUEST: 'Lambda (request)',
  COGNITO_USER_POOLS: 'Cognito user pool',
};

const asker = ({ authorizerUri, providerARNs = [] }: Authorizer): string =>
  functionInUri(authorizerUri)?.split(':function:')[1] ?? providerARNs.map((arn) => arn.split('/')[1]).join(', ');

const columns: readonly Column<Authorizer>[] = [
  { title: 'Name', cell: ({ name }) => name, text: ({ name = '' }) => name },
  { title: 'ID', cell: ({ id }) => id, text: ({ id = '' }) => id },
  { title: 'Type', cell: ({ type }) => types[type ?? ''] ?? type, text: ({ type = '' }) => type },
  { title: 'Function or user pool', cell: asker, text: asker },
  { title: 'Source', cell: ({ identitySource }) => identitySource || '-' },
  {
    title: 'Caching',
    cell: ({ authorizerResultTtlInSeconds: seconds = 300 }) => (seconds === 0 ? 'Off' : `${seconds} s`),
  },
];

export default function AuthorizersPage() {
  const restApiId = useParam('apiId');
  const { data, error } = useItems('apigateway', 'GetAuthorizers', { restApiId, limit: 500 });
  const [selectedId, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'edit' | 'delete' | 'test'>();
  const selected = data?.find(({ id }) => id === selectedId);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="Authorizers"
        items={data}
        error={error}
        columns={columns}
        idOf={({ name }) => name!}
        selected={selected}
        onSelect={(item) => select(item?.id)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!selected} onClick={() => setDialog('test')}>
              Test
            </Button>
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
        empty="No authorizers: methods ask for nothing, or for IAM credentials."
      />
      {dialog === 'create' && <AuthorizerDialog apiId={restApiId} close={close} />}
      {dialog === 'edit' && selected && <AuthorizerDialog apiId={restApiId} authorizer={selected} close={close} />}
      {dialog === 'test' && selected && <AuthorizerTest apiId={restApiId} authorizer={selected} close={close} />}
      {dialog === 'delete' && selected && (
        <ConfirmDelete
          title={`Delete authorizer ${selected.name}?`}
          run={() => call('apigateway', 'DeleteAuthorizer', { restApiId, authorizerId: selected.id! })}
          close={close}
        />
      )}
    </>
  );
}
