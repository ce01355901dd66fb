/** The names by which method and integration parameters are called, e.g. `method.request.querystring.page`. */

/** What AWS allows in the name of a header, query or path parameter (developer guide, "Request and response data mappings"). */
const name = '[a-zA-Z0-9._$-]+';

const methodRequestParameter = new RegExp(`^method\\.request\\.(path|querystring|header)\\.(${name})$`);
const methodResponseHeader = new RegExp(`^method\\.response\\.header\\.${name}$`);
const integrationRequestParameter = new RegExp(`^integration\\.request\\.(path|querystring|header)\\.${name}$`);

export const isMethodRequestParameter = (text: string): boolean => methodRequestParameter.test(text);
export const isMethodResponseHeader = (text: string): boolean => methodResponseHeader.test(text);
export const isIntegrationRequestParameter = (text: string): boolean => integrationRequestParameter.test(text);

/**
 * The first parameter name that stands in two places, e.g. `id` in both the path and the query; undefined when all differ. AWS wants names
 * unique across query string, header and path, because templates look them up without saying where (`$input.params('id')`).
 */
export function repeatedParameterName(parameters: Iterable<string>): string | undefined {
  const seen = new Set<string>();
  for (const parameter of parameters) {
    const bare = methodRequestParameter.exec(parameter)?.[2];
    if (bare === undefined) continue;
    if (seen.has(bare)) return bare;
    seen.add(bare);
  }
  return undefined;
}

/** One complaint about a mapping, in the words AWS puts between the brackets of `errors : […]`. */
export type MappingComplaint = string;

const requestSource = new RegExp(
  `^(?:method\\.request\\.(path|querystring|header|multivaluequerystring|multivalueheader)\\.(${name})` +
    `|method\\.request\\.body(?:\\..+|\\[.+)?|stageVariables\\.[a-zA-Z0-9_]+|context\\.[a-zA-Z0-9._-]+|'[^']*')$`,
);
const responseSource = new RegExp(
  `^(?:integration\\.response\\.(?:header|multivalueheader)\\.${name}` +
    `|integration\\.response\\.body(?:\\..+|\\[.+)?|stageVariables\\.[a-zA-Z0-9_]+|context\\.[a-zA-Z0-9._-]+|'[^']*')$`,
);

/** Multi-value sources read a parameter that is declared under its plain name. */
const declaredPlaces: Record<string, string> = {
  path: 'path',
  querystring: 'querystring',
  header: 'header',
  multivaluequerystring: 'querystring',
  multivalueheader: 'header',
};

/**
 * What is wrong with the request mappings of an integration (destination → source): a destination or source that is no mapping expression, or
 * a source that the method does not declare (rows MAP-02, MAP-03).
 */
export function requestMappingComplaints(
  mappings: Readonly<Record<string, string>>,
  declared: Readonly<Record<string, boolean>>,
): MappingComplaint[] {
  const complaints: MappingComplaint[] = [];
  for (const [destination, source] of Object.entries(mappings)) {
    if (!isIntegrationRequestParameter(destination)) {
      complaints.push(`Invalid mapping expression specified: ${destination}`);
      continue;
    }
    const found = requestSource.exec(source);
    if (found === null) {
      complaints.push(`Invalid mapping expression specified: ${source}`);
      continue;
    }
    const place = found[1];
    if (place !== undefined && declared[`method.request.${declaredPlaces[place]}.${found[2]}`] === undefined) {
      complaints.push(`Invalid mapping expression parameter specified: ${source}`);
    }
  }
  return complaints;
}

/** What is wrong with the header mappings of an integration response; `declared` are the method response's headers (row V1-17). */
export function responseMappingComplaints(
  mappings: Readonly<Record<string, string>>,
  declared: Readonly<Record<string, boolean>>,
): MappingComplaint[] {
  const complaints: MappingComplaint[] = [];
  for (const [destination, source] of Object.entries(mappings)) {
    if (!isMethodResponseHeader(destination)) {
      complaints.push(`Invalid mapping expression specified: ${destination}`);
    } else if (!responseSource.test(source)) {
      complaints.push(`Invalid mapping expression specified: ${source}`);
    } else if (declared[destination] === undefined) {
      complaints.push(`Invalid mapping expression parameter specified: ${destination}`);
    }
  }
  return complaints;
}

const gatewayResponseHeader = new RegExp(`^gatewayresponse\\.header\\.${name}$`);
const gatewayResponseSource = new RegExp(
  `^(?:method\\.request\\.(?:path|querystring|header)\\.${name}` +
    `|stageVariables\\.[a-zA-Z0-9_]+|context\\.[a-zA-Z0-9._:-]+|'[^']*')$`,
);

/** What is wrong with the header mappings of a gateway response (row GWR-05). Nothing is declared: it answers for every method. */
export function gatewayResponseMappingComplaints(mappings: Readonly<Record<string, string>>): MappingComplaint[] {
  return Object.entries(mappings).flatMap(([destination, source]) => {
    if (!gatewayResponseHeader.test(destination)) return [`Invalid mapping expression specified: ${destination}`];
    return gatewayResponseSource.test(source) ? [] : [`Invalid mapping expression specified: ${source}`];
  });
}
