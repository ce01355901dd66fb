/** The parameter mapping of WebSocket APIs: `integration.request.header.user` from `route.request.querystring.user` (guide, "Setting up data mapping"). */

const name = '[a-zA-Z0-9._$-]+';
const destination = new RegExp(`^integration\\.request\\.(path|querystring|header)\\.${name}$`);
const routeParameter = new RegExp(`^route\\.request\\.(querystring|header)\\.${name}$`);
const requestSource = new RegExp(
  `^(?:route\\.request\\.(?:querystring|header|multivaluequerystring|multivalueheader)\\.${name}` +
    `|route\\.request\\.body(?:\\..+|\\[.+)?|stageVariables\\.[a-zA-Z0-9_]+|context\\.[a-zA-Z0-9._-]+|'[^']*')$`,
);
const responseDestination = new RegExp(`^(?:route|method)\\.response\\.header\\.${name}$`);
const responseSource = new RegExp(
  `^(?:integration\\.response\\.(?:header|multivalueheader)\\.${name}` +
    `|integration\\.response\\.body(?:\\..+|\\[.+)?|stageVariables\\.[a-zA-Z0-9_]+|context\\.[a-zA-Z0-9._-]+|'[^']*')$`,
);

/** Whether a route may declare it as a request parameter. */
export const isRouteParameter = (text: string): boolean => routeParameter.test(text);

/** What is wrong with the request mappings of an integration, in AWS's words. */
export const webSocketRequestMappingComplaints = (mappings: Readonly<Record<string, string>>): string[] =>
  complaints(mappings, destination, requestSource);

/** What is wrong with the mappings of an integration response. */
export const webSocketResponseMappingComplaints = (mappings: Readonly<Record<string, string>>): string[] =>
  complaints(mappings, responseDestination, responseSource);

function complaints(mappings: Readonly<Record<string, string>>, to: RegExp, from: RegExp): string[] {
  return Object.entries(mappings).flatMap(([key, value]) => {
    if (!to.test(key)) return [`Invalid mapping expression specified: ${key}`];
    return from.test(value) ? [] : [`Invalid mapping expression specified: ${value}`];
  });
}
