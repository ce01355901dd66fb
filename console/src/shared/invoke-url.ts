/** Where a deployed API is called: `https?://{host}/{stage}{path}` (row DEP-11), and the form by path that needs no name of its own. */

export interface Page {
  /** `http:` */
  readonly protocol: string;
  /** Of the console's own address, `localhost:4566`. */
  readonly host: string;
}

export interface Deployed {
  readonly apiId: string;
  /** An HTTP API's `$default` has no segment. */
  readonly stage: string;
  /** Of the resource, beginning with `/`; `/` unless given. */
  readonly path?: string;
}

/** By a host of the API's own, as AWS has it. Names below `localhost` mean this machine to browsers and curl. */
export function invokeUrl({ apiId, stage, path = '' }: Deployed, page: Page = location): string {
  return `${page.protocol}//${apiId}.execute-api.${domainOf(page.host)}${stageSegment(stage)}${path}`;
}

/** By path, for programs whose system does not know names below `localhost`. */
export function invokeUrlByPath({ apiId, stage, path = '' }: Deployed, page: Page = location): string {
  return `${page.protocol}//${page.host}/_aws/execute-api/${apiId}${stageSegment(stage)}${path}`;
}

/** The same for a WebSocket API. */
export const webSocketUrl = (url: string): string => url.replace(/^http/, 'ws');

const stageSegment = (stage: string): string => (stage === '$default' ? '' : `/${stage}`);

/** An address of digits cannot have names below it; that of this machine has another name that can. */
function domainOf(host: string): string {
  const [, name = host, port = ''] = /^(\[.*\]|[^:]*)(:\d+)?$/.exec(host) ?? [];
  const isAddress = name.startsWith('[') || /^[\d.]+$/.test(name);
  return isAddress ? `localhost${port}` : host;
}
