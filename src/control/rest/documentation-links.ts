/** `_links` of documentation parts and versions (links.ts). */
import { type Answered, type Links, link, list, template } from './link-parts.ts';

const documentation = ({ input }: Answered): string => `/restapis/${input['restApiId']}/documentation`;

function part(answered: Answered): Links {
  const self = `${documentation(answered)}/parts/${answered.output['id']}`;
  return { self: link(self), 'documentationpart:delete': link(self), 'documentationpart:update': link(self) };
}

function parts(answered: Answered): Links {
  const path = `${documentation(answered)}/parts`;
  return {
    ...list(path, answered.output['items'], 'id', answered),
    'documentationpart:by-id': template(`${path}/{part_id}`),
    'documentationpart:create': link(path),
    'documentationpart:import': template(`${path}{?mode,failonwarnings}`),
  };
}

function version(answered: Answered): Links {
  const self = `${documentation(answered)}/versions/${answered.output['version']}`;
  return { self: link(self), 'documentationversion:delete': link(self), 'documentationversion:update': link(self) };
}

function versions(answered: Answered): Links {
  const path = `${documentation(answered)}/versions`;
  return {
    ...list(path, answered.output['items'], 'version', answered),
    'documentationversion:by-version': template(`${path}/{doc_version}`),
    'documentationversion:create': link(path),
  };
}

export const documentationLinks: Readonly<Record<string, (answered: Answered) => Links>> = {
  CreateDocumentationPart: part,
  GetDocumentationPart: part,
  UpdateDocumentationPart: part,
  GetDocumentationParts: parts,
  CreateDocumentationVersion: version,
  GetDocumentationVersion: version,
  UpdateDocumentationVersion: version,
  GetDocumentationVersions: versions,
};
