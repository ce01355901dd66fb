/** Our own pages, `/_/…`: health, metrics, the compiled plans, and the reset that test suites call; with the two aliases set-ups of today use. */
import { hasHeader, headerValue } from '../base/headers.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import { jsonReply, messageReply } from '../base/json-reply.ts';
import { decodedSegment } from '../base/percent.ts';
import { describePlan } from '../plan/describe.ts';
import { foreignPage, isPrivateName } from './foreign-page.ts';
import type { PlanTable } from './plan-table.ts';
import type { ConnectionReport } from './websocket/connection-report.ts';

export interface AdminOptions {
  /** `secure` keeps everything but health to callers on this machine. */
  readonly mode: 'dev' | 'secure';
  /** Empties everything; absent in secure mode, where it is refused. */
  readonly reset?: () => Promise<void>;
  /** Service name → `running` and the like, as the health page shows them. */
  health(): Readonly<Record<string, string>>;
  readonly version: string;
  /** The local certificate authority's certificate, for clients to trust. */
  authorityPem(): Promise<string>;
  readonly planTable: PlanTable;
  /** The open WebSocket connections of this node. */
  connections(): readonly ConnectionReport[];
  /** JSON snapshot of all counters. */
  metrics(): unknown;
  /** Further pages of dev mode by the beginning of their path, `/_/user-pools/`. */
  readonly devPages?: Readonly<Record<string, (request: HttpRequest) => HttpReply | Promise<HttpReply>>>;
  /** Whole stories of requests, or the list of the latest; absent where they are not kept. */
  readonly requests?: { latest(): readonly unknown[]; find(requestId: string): unknown };
  /** Charts of APIs and stages at `/_/dashboard`, for GET. */
  dashboard(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** The web console at `/_/console/`. */
  console(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** The same as Prometheus reads it. */
  prometheus(): { readonly contentType: string; readonly text: string };
}

type Admin = (request: HttpRequest) => HttpReply | Promise<HttpReply>;

export function admin(options: AdminOptions): Admin {
  const { planTable } = options;

  async function plans(path: string): Promise<HttpReply> {
    const [apiId, stage, ...more] = path.split('/').map(decodedSegment);
    if (apiId === undefined || stage === undefined || stage === '' || more.length > 0) {
      return messageReply(404, 'Plans are at /_/plans/{api}/{stage}; /_/plans lists those that are loaded');
    }
    const plan = await planTable.find(apiId, stage);
    if (plan !== undefined) return text(200, describePlan(plan));
    const names = await planTable.stageNames(apiId);
    if (names.length === 0) return messageReply(404, `No API ${apiId}, or it has no stage yet`);
    return messageReply(404, `No stage '${stage}' in API ${apiId}; stages: ${names.join(', ')}`);
  }

  async function reset(request: HttpRequest): Promise<HttpReply> {
    if (options.reset === undefined) return messageReply(403, 'Reset is refused in secure mode');
    const foreign = foreignPage(request);
    if (foreign !== undefined) return messageReply(403, `Reset is refused to pages of ${foreign}`);
    await options.reset();
    return jsonReply(200, { status: 'reset' });
  }

  function prometheus(): HttpReply {
    const { contentType, text: body } = options.prometheus();
    return { status: 200, headers: ['Content-Type', contentType], body };
  }

  async function authority(): Promise<HttpReply> {
    const body = `${(await options.authorityPem()).trimEnd()}\n`;
    return { status: 200, headers: ['Content-Type', 'application/x-pem-file'], body };
  }

  function requests(requestId: string): HttpReply {
    if (options.requests === undefined) {
      return messageReply(404, 'Requests are not kept; the setting requestStories keeps them');
    }
    if (requestId === '') return jsonReply(200, { requests: options.requests.latest() });
    const story = options.requests.find(requestId);
    return story === undefined
      ? messageReply(404, `No request ${requestId} among the latest, which /_/requests lists`)
      : jsonReply(200, story);
  }

  return function answerAdmin(request) {
    const { path, method } = request;
    const isRead = method === 'GET' || method === 'HEAD';
    // Health checks come by whatever name the service has, and health is no secret.
    if (path === '/_/health' || path === '/_localstack/health') {
      return isRead
        ? jsonReply(200, { services: options.health(), edition: 'gatewright', version: options.version })
        : wrongMethod('GET');
    }
    if (path === '/') return isRead ? toConsole : wrongMethod('GET');
    // The certificate is shown in every handshake it vouches for.
    if (path === '/_/ca.pem') return isRead ? authority() : wrongMethod('GET');
    const isOfConsole = path === '/_/console' || path.startsWith('/_/console/');
    // Its files are no secret, its calls are signed: anyone may open it, by any name.
    if (isOfConsole && options.mode === 'secure') return options.console(request);
    // A browser that was lured here by a foreign name (DNS rebinding) sends that name as Host.
    const host = headerValue(request.headers, 'host');
    if (host !== undefined && !isPrivateName(host))
      return messageReply(403, 'Unknown host; use localhost or an IP address');
    // Plans name backends and functions. Where calls need a key, strangers must not read them.
    if (options.mode === 'secure' && !isOfThisMachine(request))
      return messageReply(403, 'In secure mode this is answered on the machine itself only');
    if (isOfConsole) return options.console(request);
    switch (path) {
      case '/_/reset':
      case '/_localstack/state/reset':
        return method === 'POST' ? reset(request) : wrongMethod('POST');
      case '/_/metrics':
        return isRead ? jsonReply(200, options.metrics()) : wrongMethod('GET');
      case '/_/connections':
        return isRead ? jsonReply(200, { connections: options.connections() }) : wrongMethod('GET');
      case '/metrics':
        return isRead ? prometheus() : wrongMethod('GET');
      case '/_/plans':
      case '/_/plans/':
        return isRead ? jsonReply(200, { plans: planTable.loaded().map(plainStage) }) : wrongMethod('GET');
    }
    if (path === '/_/dashboard' || path.startsWith('/_/dashboard/')) {
      return isRead ? options.dashboard(request) : wrongMethod('GET');
    }
    if (path.startsWith('/_/plans/')) return isRead ? plans(path.slice(9)) : wrongMethod('GET');
    if (path === '/_/requests' || path.startsWith('/_/requests/')) {
      return isRead ? requests(decodedSegment(path.slice(12))) : wrongMethod('GET');
    }
    for (const [beginning, page] of Object.entries(options.devPages ?? {})) {
      if (options.mode === 'dev' && path.startsWith(beginning)) return page(request);
    }
    return messageReply(
      404,
      'Here are /_/health, /_/ca.pem, /_/console/, /_/metrics, /_/dashboard, /_/requests, /_/requests/{id}, /_/connections, /_/plans, /_/plans/{api}/{stage} and POST /_/reset',
    );
  };
}

function plainStage({ apiId, stage, plan, canary }: ReturnType<PlanTable['loaded']>[number]) {
  return {
    api: apiId,
    name: plan.context.apiName,
    stage,
    deployment: plan.context.deploymentId,
    methods: plan.methods.length,
    ...(canary && { canary: { deployment: canary.plan.context.deploymentId, percentTraffic: canary.percentTraffic } }),
  };
}

/** What proxies add, and the gateway itself to requests of integrations: HTTP APIs send `Forwarded` and `Via` alone. */
const handedOn = ['x-forwarded-for', 'x-amzn-apigateway-api-id', 'forwarded', 'via'];

/** Sent from this machine on its own account: a proxy, or an integration of a deployed API, hands on what others ask. */
function isOfThisMachine({ sourceIp, headers }: HttpRequest): boolean {
  const isLoopback = sourceIp.startsWith('127.') || sourceIp === '::1';
  return isLoopback && !handedOn.some((name) => hasHeader(headers, name));
}

const text = (status: number, body: string): HttpReply => ({
  status,
  headers: ['Content-Type', 'text/plain; charset=utf-8'],
  body,
});

/** Whoever opens the server's address in a browser wants the console. */
const toConsole: HttpReply = {
  status: 302,
  headers: ['Location', '/_/console/', 'Cache-Control', 'no-store'],
  body: '',
};

function wrongMethod(allowed: string): HttpReply {
  const reply = messageReply(405, `Use ${allowed} here`);
  return { ...reply, headers: [...reply.headers, 'Allow', allowed] };
}
