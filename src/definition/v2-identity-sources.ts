/** Where an authorizer of an HTTP or WebSocket API finds who is calling. */

export interface IdentitySource {
  readonly kind: 'header' | 'querystring' | 'stageVariables' | 'context';
  readonly name: string;
}

const name = '[a-zA-Z0-9._-]+';
const forms = {
  HTTP: new RegExp(`^(?:\\$request\\.(header|querystring)|\\$(stageVariables|context))\\.(${name})$`),
  // Recorded V6: `route.request.` before parameters, nothing before the others.
  WEBSOCKET: new RegExp(`^(?:route\\.request\\.(header|querystring)|(stageVariables|context))\\.(${name})$`),
};

/** `$request.header.Authorization` of an HTTP API, `route.request.header.Authorization` of a WebSocket API; undefined for what is neither. */
export function parseIdentitySource(text: string, protocol: 'HTTP' | 'WEBSOCKET'): IdentitySource | undefined {
  const [, parameter, other, found] = forms[protocol].exec(text) ?? [];
  const kind = parameter ?? other;
  return kind === undefined ? undefined : { kind: kind as IdentitySource['kind'], name: found! };
}
