/** `_links` of API keys, usage plans and usage (links.ts). */
import { type Answered, type Links, link, list, template } from './link-parts.ts';

function apiKey({ output }: Answered): Links {
  const self = `/apikeys/${output['id']}`;
  return { self: link(self), 'apikey:delete': link(self), 'apikey:update': link(self) };
}

const apiKeys = (answered: Answered): Links => ({
  ...list('/apikeys', answered.output['items'], 'id', answered),
  'apikey:by-key': template('/apikeys/{api_Key}{?includeValue}'),
  'apikey:create': link('/apikeys'),
  'apikey:import': template('/apikeys?mode=import{&failonwarnings,format}'),
});

function usagePlan({ output }: Answered): Links {
  const self = `/usageplans/${output['id']}`;
  return {
    self: link(self),
    'usageplan:delete': link(self),
    'usageplan:update': link(self),
    'usageplan:usage': template(`${self}/usage{?endDate,keyId,startDate,position,limit}`),
    'usageplankey:by-id': template(`${self}/keys/{keyId}`),
    'usageplankey:create': link(`${self}/keys`),
    'usageplan:keys': template(`${self}/keys{?limit,name,position}`),
  };
}

const usagePlans = (answered: Answered): Links => ({
  ...list('/usageplans', answered.output['items'], 'id', answered),
  'usageplan:by-id': template('/usageplans/{usageplanId}'),
  'usageplan:create': link('/usageplans'),
});

function planKey({ input, output }: Answered): Links {
  const self = `/usageplans/${input['usagePlanId']}/keys/${output['id']}`;
  return { self: link(self), 'usageplankey:delete': link(self) };
}

function planKeys(answered: Answered): Links {
  const path = `/usageplans/${answered.input['usagePlanId']}/keys`;
  return {
    ...list(path, answered.output['items'], 'id', answered),
    'usageplankey:by-id': template(`${path}/{keyId}`),
    'usageplankey:create': link(path),
  };
}

function usage({ input }: Answered): Links {
  const plan = `/usageplans/${input['usagePlanId']}`;
  return { self: link(`${plan}/usage`), 'usage:update': template(`${plan}/keys/{keyId}/usage`) };
}

export const usageLinks: Readonly<Record<string, (answered: Answered) => Links>> = {
  CreateApiKey: apiKey,
  GetApiKey: apiKey,
  UpdateApiKey: apiKey,
  GetApiKeys: apiKeys,
  CreateUsagePlan: usagePlan,
  GetUsagePlan: usagePlan,
  UpdateUsagePlan: usagePlan,
  GetUsagePlans: usagePlans,
  CreateUsagePlanKey: planKey,
  GetUsagePlanKey: planKey,
  GetUsagePlanKeys: planKeys,
  GetUsage: usage,
  UpdateUsage: usage,
};
