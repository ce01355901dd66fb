/** What documentation parts say of an entity, as far as OpenAPI has a place for it (rows DOC-03, DOC-07). */
import {
  type DocumentationLocation,
  type DocumentationPart,
  type DocumentationType,
  locationKey,
} from '../documentation.ts';
import type { Json } from './json.ts';

/** Members of OpenAPI that a part may fill in; extensions always may. */
const legal: Readonly<Record<DocumentationType, readonly string[]>> = {
  API: ['info', 'tags', 'externalDocs'],
  AUTHORIZER: ['description'],
  MODEL: ['title', 'description', 'externalDocs', 'example'],
  RESOURCE: [],
  METHOD: ['summary', 'description', 'tags', 'externalDocs', 'deprecated'],
  PATH_PARAMETER: ['description'],
  QUERY_PARAMETER: ['description'],
  REQUEST_HEADER: ['description'],
  REQUEST_BODY: ['description'],
  RESPONSE: ['description'],
  RESPONSE_HEADER: ['description'],
  RESPONSE_BODY: [],
};

/** These have only what is said of themselves (guide, "Valid location fields"). */
const inheritsNothing: ReadonlySet<DocumentationType> = new Set(['API', 'RESOURCE', 'AUTHORIZER', 'MODEL']);

export function injectedInto(parts: readonly DocumentationPart[]): (entity: DocumentationLocation) => Json {
  const byKey = new Map(parts.map((part) => [locationKey(part.location), part]));
  return (entity) => {
    const exact = byKey.get(locationKey(entity));
    const part = exact ?? (inheritsNothing.has(entity.type) ? undefined : mostSpecific(parts, entity));
    if (part === undefined) return {};
    const properties = JSON.parse(part.properties) as Json;
    return Object.fromEntries(
      Object.entries(properties).filter(([name]) => legal[entity.type].includes(name) || name.startsWith('x-')),
    );
  };
}

/** The longest path wins, then a status of its own over any. */
function mostSpecific(
  parts: readonly DocumentationPart[],
  entity: DocumentationLocation,
): DocumentationPart | undefined {
  const covering = parts.filter(({ location }) => covers(location, entity));
  const rank = ({ location: { path = '/', statusCode, method } }: DocumentationPart): number =>
    path.length * 4 + (isOwn(statusCode) ? 2 : 0) + (isOwn(method) ? 1 : 0);
  return covering.sort((a, b) => rank(b) - rank(a))[0];
}

const isOwn = (value: string | undefined): boolean => value !== undefined && value !== '*';

function covers(location: DocumentationLocation, entity: DocumentationLocation): boolean {
  const { path = '/', method, statusCode, name } = location;
  const isBelow = path === '/' || entity.path === path || entity.path?.startsWith(`${path}/`) === true;
  return (
    location.type === entity.type &&
    isBelow &&
    (!isOwn(method) || method === entity.method) &&
    (!isOwn(statusCode) || statusCode === entity.statusCode) &&
    name === entity.name
  );
}
