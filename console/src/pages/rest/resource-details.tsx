import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Method } from '../../../../src/wire/generated/apigateway.ts';
import { call } from '../../client/call.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { type Column, ItemTable } from '../../shared/item-table.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { hrefOf, navigate } from '../../shell/router.ts';
import { EnableCorsDialog } from './enable-cors-dialog.tsx';
import { type ResourceNode, resourcePath } from './resources.ts';

type Row = readonly [verb: string, method: Method];

/** A resource and its methods. */
export function ResourceDetails({ apiId, node }: { apiId: string; node: ResourceNode }) {
  const [dialog, setDialog] = useState<'delete' | 'cors' | 'delete-method'>();
  const [selected, select] = useState<string>();
  const rows: readonly Row[] = [...node.methods];
  const columns: readonly Column<Row>[] = [
    {
      title: 'Method type',
      cell: ([verb]) => <Link href={hrefOf(resourcePath(apiId, node.id, verb))}>{verb}</Link>,
      text: ([verb]) => verb,
    },
    {
      title: 'Integration type',
      cell: ([, method]) => integrationName(method),
      text: ([, method]) => integrationName(method),
    },
    { title: 'Authorization', cell: ([, method]) => authorizationName(method) },
    { title: 'API key', cell: ([, method]) => (method.apiKeyRequired ? 'Required' : 'Not required') },
  ];
  const close = (): void => setDialog(undefined);
  return (
    <SpaceBetween size="m">
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button disabled={node.parentId === undefined} onClick={() => setDialog('delete')}>
                  Delete
                </Button>
                <Button onClick={() => setDialog('cors')}>Enable CORS</Button>
              </SpaceBetween>
            }
          >
            Resource details
          </Header>
        }
      >
        <KeyValuePairs
          columns={2}
          items={[
            { label: 'Path', value: node.path },
            { label: 'Resource ID', value: node.id },
          ]}
        />
      </Container>
      <ItemTable<Row>
        title="Methods"
        level="h2"
        items={rows}
        columns={columns}
        idOf={([verb]) => verb}
        selected={rows.find(([verb]) => verb === selected)}
        onSelect={(row) => select(row?.[0])}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected === undefined} onClick={() => setDialog('delete-method')}>
              Delete
            </Button>
            <Button
              variant="primary"
              onClick={() => navigate(`/rest/${apiId}/resources/create-method?resource=${node.id}`)}
            >
              Create method
            </Button>
          </SpaceBetween>
        }
        empty="No methods: this path answers nothing yet."
      />
      {dialog === 'cors' && <EnableCorsDialog apiId={apiId} node={node} close={close} />}
      {dialog === 'delete' && (
        <ConfirmDelete
          title={`Delete resource ${node.path}?`}
          run={async () => {
            await call('apigateway', 'DeleteResource', { restApiId: apiId, resourceId: node.id });
            navigate(resourcePath(apiId, node.parentId!));
            tellSuccess(`Resource ${node.path} was deleted.`);
          }}
          close={close}
        >
          <Box>
            Its methods and all resources below it go with it. Stages answer as before until the next deployment.
          </Box>
        </ConfirmDelete>
      )}
      {dialog === 'delete-method' && selected !== undefined && (
        <ConfirmDelete
          title={`Delete method ${selected} ${node.path}?`}
          run={() =>
            call('apigateway', 'DeleteMethod', { restApiId: apiId, resourceId: node.id, httpMethod: selected })
          }
          close={close}
        >
          <Box>Stages answer as before until the next deployment.</Box>
        </ConfirmDelete>
      )}
    </SpaceBetween>
  );
}

const integrationNames: Readonly<Record<string, string>> = {
  AWS_PROXY: 'AWS proxy',
  AWS: 'AWS service',
  HTTP_PROXY: 'HTTP proxy',
  HTTP: 'HTTP',
  MOCK: 'Mock',
};

/** As the list of methods says it; a method may be without. */
export function integrationName({ methodIntegration }: Method): string {
  const { type, uri, connectionType } = methodIntegration ?? {};
  if (type === undefined) return 'Undefined';
  if (uri?.includes(':lambda:path/')) return type === 'AWS_PROXY' ? 'Lambda proxy' : 'Lambda';
  if (connectionType === 'VPC_LINK') return `${integrationNames[type]} by VPC link`;
  return integrationNames[type] ?? type;
}

export function authorizationName({ authorizationType = 'NONE' }: Method): string {
  const names: Readonly<Record<string, string>> = {
    NONE: 'None',
    AWS_IAM: 'AWS IAM',
    CUSTOM: 'Lambda authorizer',
    COGNITO_USER_POOLS: 'Cognito user pool',
  };
  return names[authorizationType] ?? authorizationType;
}
