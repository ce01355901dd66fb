/** The resources of a REST API: the tree, and beside it what is chosen in it. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useState } from 'react';
import { Refusal } from '../../shared/refusal.tsx';
import { useParam } from '../../shell/page-context.ts';
import { navigate, useQueryValue } from '../../shell/router.ts';
import { DeployDialog } from '../stages/deploy-dialog.tsx';
import { MethodExecution } from './method-execution.tsx';
import { ResourceDetails } from './resource-details.tsx';
import { ResourceTree } from './resource-tree.tsx';
import { useResources } from './resources.ts';

export default function ResourcesPage() {
  const apiId = useParam('apiId');
  const { nodes, error } = useResources(apiId);
  const [resourceId] = useQueryValue('resource');
  const [verb] = useQueryValue('method');
  const [isDeploying, setDeploying] = useState(false);
  if (nodes === undefined) return error ? <Refusal error={error} /> : <Spinner size="large" />;
  const root = nodes.find(({ path }) => path === '/');
  if (root === undefined) return <Box>This API has no root resource.</Box>;
  const node = nodes.find(({ id }) => id === resourceId) ?? root;
  const method = verb === undefined ? undefined : node.methods.get(verb);
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        actions={
          <Button variant="primary" onClick={() => setDeploying(true)}>
            Deploy API
          </Button>
        }
      >
        Resources
      </Header>
      <Grid gridDefinition={[{ colspan: { default: 12, s: 4, l: 3 } }, { colspan: { default: 12, s: 8, l: 9 } }]}>
        <Container>
          <SpaceBetween size="s">
            <Button
              iconName="add-plus"
              fullWidth
              onClick={() => navigate(`/rest/${apiId}/resources/create-resource?parent=${node.id}`)}
            >
              Create resource
            </Button>
            <ResourceTree apiId={apiId} root={root} selected={method === undefined ? node.id : `${node.id} ${verb}`} />
          </SpaceBetween>
        </Container>
        {method === undefined ? (
          <ResourceDetails key={node.id} apiId={apiId} node={node} />
        ) : (
          <MethodExecution key={`${node.id} ${verb}`} apiId={apiId} node={node} verb={verb!} method={method} />
        )}
      </Grid>
      {isDeploying && <DeployDialog restApiId={apiId} onDismiss={() => setDeploying(false)} />}
    </SpaceBetween>
  );
}
