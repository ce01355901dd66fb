/** Every operation of every service, in the models' order, and whether it is built; for docs/compatibility.md. */
import { createLazyCloudFormation } from '../../companions/cloudformation/lazy-cloudformation.ts';
import { createConnectionTable } from '../../gateway/websocket/connection-table.ts';
import { RequestRates } from '../../plan/web-acl/rates.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { createCustomDomains } from '../../store/custom-domains.ts';
import { createDeployments } from '../../store/deployments.ts';
import { createPortalHosts } from '../../store/portal-hosts.ts';
import { createUsage } from '../../store/usage.ts';
import type { Service } from '../../wire/service.ts';
import { defaultSettings } from '../settings.ts';
import { cloudFormationService } from './cloudformation-service.ts';
import { createCompanions } from './companions.ts';
import { controlServices } from './control-services.ts';
import { layFoundation } from './foundation.ts';

export async function builtOperations(): Promise<{ service: string; operations: Service['operations'] }[]> {
  const foundation = await layFoundation({ ...defaultSettings, dataDirectory: undefined }, silentLog, '0.0.0');
  const { store, clock } = foundation;
  const companions = createCompanions(foundation);
  const notRun = () => Promise.reject(new Error('Nothing is run here'));
  const control = controlServices({
    ...{ foundation, companions, testAuthorizer: notRun, testInvoke: notRun },
    deployments: createDeployments(store),
    customDomains: createCustomDomains(store),
    truststores: { read: notRun },
    bucketObjects: { readObject: notRun },
    portalHosts: createPortalHosts(store, silentLog),
    usage: createUsage(store, clock, silentLog),
    connections: createConnectionTable(() => 0),
    rates: new RequestRates(clock),
    countries: undefined,
    webAclSightings: companions.webAclSightings,
  });
  const stacks = createLazyCloudFormation({
    ...{ store, clock, log: silentLog, mode: 'dev', sessions: companions.sessions, isShared: false },
    calls: () => {
      throw new Error('Nothing is run here');
    },
  });
  const services = [
    ...control,
    ...companions.services(),
    cloudFormationService(stacks.handlers),
    await companions.buckets.service(),
  ];
  await companions.buckets.close();
  await foundation.close();
  return services.map(({ model, operations }) => ({ service: model.name, operations }));
}
