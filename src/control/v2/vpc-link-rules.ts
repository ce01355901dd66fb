/** Integrations that go through a VPC link (row VS-02: load balancers and Cloud Map for HTTP APIs). */
import type { V2Api, V2Integration } from '../../definition/v2-api.ts';
import { v2VpcLinks, vpcLinks } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import { required } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';

/** Throws unless the link is there. An HTTP API takes one of its own kind; a WebSocket API one of the kind REST APIs have. */
export async function checkVpcLink(tx: ReadTransaction, api: V2Api, integration: V2Integration): Promise<void> {
  const { connectionType, connectionId, integrationType: type, tlsConfig } = integration;
  if (connectionType !== 'VPC_LINK') {
    if (tlsConfig !== undefined) throw badRequest('TlsConfig is only supported for VPC_LINK connection type');
    return;
  }
  if (type !== 'HTTP' && type !== 'HTTP_PROXY') {
    throw badRequest('VPC_LINK connection type is only supported for HTTP and HTTP_PROXY integrations');
  }
  if (connectionId === undefined) throw required('ConnectionId', 'VPC_LINK connection type');
  if (/^\$\{?stageVariables\.\w+\}?$/.test(connectionId)) return;
  const key = [api.account, api.region, connectionId];
  const link = api.protocolType === 'HTTP' ? await tx.get(v2VpcLinks, key) : await tx.get(vpcLinks, key);
  if (link === undefined) throw badRequest('Invalid VpcLink identifier specified');
}
