/**
 * What AWS's reader of OpenAPI 3 finds odd about a document and imports all the same: members it does not know, told as warnings such as
 * `Parse issue: attribute paths.'/pets'(get).parameters.[id].type is unexpected` (as users quote it). Swagger 2.0 is read without.
 */
import { isNode, memberOf, type Node, nodeOf } from './members.ts';

const members = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** The members of each kind of object in OpenAPI 3.0. */
const kinds = {
  document: members('openapi info servers paths components security tags externalDocs'),
  info: members('title description termsOfService contact license version'),
  path: members('summary description get put post delete options head patch trace servers parameters'),
  operation: members(
    'tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers',
  ),
  parameter: members(
    'name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content',
  ),
  requestBody: members('description content required'),
  response: members('description headers content links'),
} satisfies Record<string, ReadonlySet<string>>;

const verbs = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

export function unexpectedMembersOf(document: Node): string[] {
  const issues: string[] = [];

  function look(value: unknown, kind: keyof typeof kinds, place: string): void {
    // A reference is judged where it leads.
    if (!isNode(value) || '$ref' in value) return;
    for (const name of Object.keys(value)) {
      if (kinds[kind].has(name) || name.startsWith('x-')) continue;
      issues.push(`Parse issue: attribute ${place === '' ? name : `${place}.${name}`} is unexpected`);
    }
  }

  function lookAtParameters(value: unknown, place: string): void {
    for (const each of Array.isArray(value) ? value : []) {
      look(each, 'parameter', `${place}.parameters.[${String(memberOf(nodeOf(each), 'name') ?? 'unknown')}]`);
    }
  }

  look(document, 'document', '');
  look(memberOf(document, 'info'), 'info', 'info');
  for (const [path, item] of Object.entries(nodeOf(memberOf(document, 'paths')))) {
    if (path.startsWith('x-')) continue;
    if (!path.startsWith('/')) issues.push(`Parse issue: attribute paths. Resource ${path} should start with /`);
    const place = `paths.'${path}'`;
    look(item, 'path', place);
    lookAtParameters(memberOf(nodeOf(item), 'parameters'), place);
    for (const verb of verbs) {
      const operation = memberOf(nodeOf(item), verb);
      if (!isNode(operation)) continue;
      const at = `${place}(${verb})`;
      look(operation, 'operation', at);
      lookAtParameters(memberOf(operation, 'parameters'), at);
      look(memberOf(operation, 'requestBody'), 'requestBody', `${at}.requestBody`);
      for (const [status, response] of Object.entries(nodeOf(memberOf(operation, 'responses')))) {
        if (!status.startsWith('x-')) look(response, 'response', `${at}.responses.${status}`);
      }
    }
  }
  return issues;
}
