/** Documentation of a REST API (rows DOC-*): parts, each about one entity, and versions, which are snapshots of all parts. */

export type DocumentationType =
  | 'API'
  | 'AUTHORIZER'
  | 'MODEL'
  | 'RESOURCE'
  | 'METHOD'
  | 'PATH_PARAMETER'
  | 'QUERY_PARAMETER'
  | 'REQUEST_HEADER'
  | 'REQUEST_BODY'
  | 'RESPONSE'
  | 'RESPONSE_HEADER'
  | 'RESPONSE_BODY';

/** What a part is about. Absent members have their defaults: `/` for the path, `*` for method and status. */
export interface DocumentationLocation {
  readonly type: DocumentationType;
  readonly path?: string;
  readonly method?: string;
  readonly statusCode?: string;
  readonly name?: string;
}

export interface DocumentationPart {
  readonly id: string;
  readonly location: DocumentationLocation;
  /** JSON text as given. */
  readonly properties: string;
}

export interface DocumentationVersion {
  readonly version: string;
  readonly description?: string;
  readonly createdAtMs: number;
  /** All parts as they stood when the version was made. */
  readonly parts: readonly DocumentationPart[];
}

type Field = 'path' | 'method' | 'statusCode' | 'name';

/** Fields a location of each type may have, and those it must (developer guide, "Valid location fields of DocumentationPart"). */
export const locationFields: Readonly<Record<DocumentationType, { may: readonly Field[]; must?: Field }>> = {
  API: { may: [] },
  AUTHORIZER: { may: ['name'] },
  MODEL: { may: ['name'] },
  RESOURCE: { may: ['path'] },
  METHOD: { may: ['path', 'method'] },
  QUERY_PARAMETER: { may: ['path', 'method', 'name'] },
  REQUEST_BODY: { may: ['path', 'method'] },
  REQUEST_HEADER: { may: ['path', 'method', 'name'], must: 'name' },
  PATH_PARAMETER: { may: ['path', 'method', 'name'], must: 'name' },
  RESPONSE: { may: ['path', 'method', 'statusCode'] },
  RESPONSE_HEADER: { may: ['path', 'method', 'statusCode', 'name'], must: 'name' },
  RESPONSE_BODY: { may: ['path', 'method', 'statusCode'] },
};

const defaults: Readonly<Record<Field, string | undefined>> = {
  path: '/',
  method: '*',
  statusCode: '*',
  name: undefined,
};

/** What is wrong with a location; undefined when it can be one. */
export function locationComplaint(location: DocumentationLocation): string | undefined {
  const fields = Object.hasOwn(locationFields, location.type) ? locationFields[location.type] : undefined;
  if (fields === undefined) return `Invalid location type specified: ${location.type}`;
  for (const field of Object.keys(defaults) as Field[]) {
    if (location[field] !== undefined && !fields.may.includes(field)) {
      return `Invalid location field '${field}' specified for type '${location.type}'`;
    }
  }
  if (fields.must !== undefined && !location[fields.must]) {
    return `Location field '${fields.must}' is required for type '${location.type}'`;
  }
  return undefined;
}

/** The same text for two locations that are about the same entity, defaults said or not. */
export function locationKey(location: DocumentationLocation): string {
  const { may } = locationFields[location.type];
  return JSON.stringify([location.type, ...may.map((field) => location[field] ?? defaults[field] ?? null)]);
}

/** Whether a text is JSON of an object: what the properties of a part have to be. */
export function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
