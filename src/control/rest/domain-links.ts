/** `_links` of custom domain names, their mappings and access associations (links.ts), as printed in the API reference (GetDomainName, GetBasePathMappings). */
import { type Answered, type Links, link, list, several, template } from './link-parts.ts';

/** A private domain is addressed with its id in every link. */
function paths(domainName: unknown, domainNameId: unknown) {
  const self = `/domainnames/${domainName}`;
  const query = domainNameId === undefined ? '' : `?domainNameId=${domainNameId}`;
  return { self, query, limit: domainNameId === undefined ? '{?limit}' : '{&limit}' };
}

function domainName({ output }: Answered): Links {
  const { self, query, limit } = paths(output['domainName'], output['domainNameId']);
  return {
    self: link(`${self}${query}`),
    'basepathmapping:by-base-path': template(`${self}/basepathmappings/{base_path}${query}`),
    'basepathmapping:create': link(`${self}/basepathmappings${query}`),
    'domainname:basepathmappings': template(`${self}/basepathmappings${query}${limit}`),
    'domainname:delete': link(`${self}${query}`),
    'domainname:update': link(`${self}${query}`),
  };
}

const domainNames = (answered: Answered): Links => ({
  ...list('/domainnames', answered.output['items'], 'domainName', answered),
  'domainname:by-name': template('/domainnames/{domain_name}'),
  'domainname:create': link('/domainnames'),
});

function basePathMapping({ input, output }: Answered): Links {
  const { self, query } = paths(input['domainName'], input['domainNameId']);
  const mappings = `${self}/basepathmappings`;
  const own = `${mappings}/${output['basePath']}${query}`;
  return {
    self: link(own),
    'basepathmapping:create': link(`${mappings}${query}`),
    'basepathmapping:delete': link(own),
    'basepathmapping:update': link(own),
  };
}

function basePathMappings(answered: Answered): Links {
  const { self, query, limit } = paths(answered.input['domainName'], answered.input['domainNameId']);
  const mappings = `${self}/basepathmappings`;
  const { item, next } = list(mappings, answered.output['items'], 'basePath', answered);
  return {
    self: template(`${mappings}${query}${limit}`),
    'basepathmapping:by-path': template(`${mappings}/{base_path}${query}`),
    'basepathmapping:create': link(`${mappings}${query}`),
    ...(item && { item }),
    ...(next && { next }),
  };
}

const associationLink = (arn: unknown) => link(`/domainnameaccessassociations/${arn}`);

const accessAssociation = ({ output }: Answered): Links => ({
  self: associationLink(output['domainNameAccessAssociationArn']),
  'domainnameaccessassociation:create': link('/domainnameaccessassociations'),
});

function accessAssociations(answered: Answered): Links {
  const items = (answered.output['items'] ?? []) as Record<string, unknown>[];
  const { self, next } = list('/domainnameaccessassociations', [], '', answered);
  return {
    self: self!,
    'domainnameaccessassociation:create': link('/domainnameaccessassociations'),
    ...(items.length > 0 && {
      item: several(items.map(({ domainNameAccessAssociationArn: arn }) => associationLink(arn))),
    }),
    ...(next && { next }),
  };
}

export const domainLinks: Readonly<Record<string, (answered: Answered) => Links>> = {
  CreateDomainName: domainName,
  GetDomainName: domainName,
  UpdateDomainName: domainName,
  GetDomainNames: domainNames,
  CreateBasePathMapping: basePathMapping,
  GetBasePathMapping: basePathMapping,
  UpdateBasePathMapping: basePathMapping,
  GetBasePathMappings: basePathMappings,
  CreateDomainNameAccessAssociation: accessAssociation,
  GetDomainNameAccessAssociations: accessAssociations,
};
