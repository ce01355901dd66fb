/** The web ACL before a stage: asked first of all, of requests that no method takes too (rows WAF-01 to WAF-05, GWR-10). */
import type { HeaderList } from '../../base/headers.ts';
import type { Countries } from '../../ports/countries.ts';
import type { LiveRestStage } from '../../ports/deployments.ts';
import type { CustomHeader, LiveWebAcl, WebAclSighting } from '../../ports/web-acls.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { defaultGatewayResponses, gatewayProblem, refusalHeaders } from '../gateway-responses.ts';
import type { Step } from '../plan.ts';
import type { PlanTools } from '../tools.ts';
import { uriPath } from './fields.ts';
import { type BlockResponse, compileFirewall, type Firewall, type Verdict } from './firewall.ts';
import { RequestRates } from './rates.ts';
import { openTrafficLog, type TrafficLog } from './traffic-log.ts';

/** What a web ACL made of a request: `$context.wafResponseCode` and its kin. */
export interface WebAclOutcome {
  readonly arn: string;
  /** Undefined where it failed. */
  readonly code: 'WAF_ALLOW' | 'WAF_BLOCK' | undefined;
  readonly latencyMs: number;
  readonly error: string | undefined;
}

/** The step of a stage's methods, undefined for a stage without a web ACL. */
export function guardByWebAcl(
  live: LiveRestStage,
  tools: PlanTools,
  complain: (what: string) => void,
): Step | undefined {
  const { webAclArn } = live.stage;
  if (webAclArn === undefined || webAclArn === '') return undefined;
  if (live.webAcl === undefined) {
    complain(`there is no web ACL ${webAclArn}`);
    return undefined;
  }
  const firewall = compileFirewall(live.webAcl, tools.webAcls ?? { rates: new RequestRates(tools.clock) }, complain);
  return webAclStep(firewall, tools, openTrafficLog(live, live.webAcl.acl, tools));
}

export function webAclStep(
  firewall: Firewall,
  { clock, log, webAcls }: Pick<PlanTools, 'clock' | 'log' | 'webAcls'>,
  writeLog?: TrafficLog,
): Step {
  const { arn, name } = firewall;
  return {
    name: `web acl ${name}`,
    run: function askWebAcl(x) {
      // A test of a method is not the world outside.
      if (x.isTest) return undefined;
      const began = clock.monotonicMs();
      let verdict: Verdict;
      try {
        verdict = firewall.inspect(x);
      } catch (error) {
        const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
        x.webAcl = {
          arn,
          code: undefined,
          latencyMs: clock.monotonicMs() - began,
          error: 'WAF could not evaluate the request',
        };
        if (webAcls?.whenFailing !== 'open') {
          throw gatewayProblem('DEFAULT_5XX', `the web ACL ${name} failed: ${why}`, { cause: error });
        }
        log.error('A web ACL failed, and the request went on (setting webAclFailure)', { webAcl: name, why });
        return undefined;
      }
      const isBlocked = verdict.action === 'BLOCK';
      x.webAcl = {
        arn,
        code: isBlocked ? 'WAF_BLOCK' : 'WAF_ALLOW',
        latencyMs: clock.monotonicMs() - began,
        error: undefined,
      };
      if (webAcls?.saw !== undefined || writeLog !== undefined) {
        const sighting = sightingOf(firewall, verdict, x, clock.now());
        webAcls?.saw?.(sighting);
        writeLog?.(sighting, x.requestId);
      }
      if (isBlocked) return blocked(verdict, name, x);
      if (verdict.insertedHeaders.length > 0) insert(x, verdict.insertedHeaders);
      return undefined;
    },
  };
}

function sightingOf({ arn, visibility }: Firewall, verdict: Verdict, x: Exchange, atMs: number): WebAclSighting {
  const { action, response, matches, labels, insertedHeaders } = verdict;
  const { sourceIp, method, protocol, headers, query } = x.request;
  return {
    aclArn: arn,
    acl: visibility,
    ...{ atMs, action, matches, labels, insertedHeaders },
    responseCode: action === 'BLOCK' ? (response?.status ?? defaultGatewayResponses.WAF_FILTERED.status) : undefined,
    // Not the request itself: what is kept as a sample must not hold on to bodies.
    request: { sourceIp, method, protocol, headers, query },
    path: uriPath(x),
  };
}

function blocked({ rule, response }: Verdict, name: string, x: Exchange): Reply {
  const why = `the web ACL ${name} blocks it: ${rule === undefined ? 'default action' : `rule ${rule}`}`;
  const problem = gatewayProblem('WAF_FILTERED', why);
  if (response === undefined) throw problem;
  return { ...customReply(response, x), problem };
}

const contentTypes = {
  TEXT_PLAIN: 'text/plain',
  TEXT_HTML: 'text/html',
  APPLICATION_JSON: 'application/json',
} as const;

/** Goes before whatever the API's gateway responses say (row GWR-10). */
function customReply({ status, headers, body }: BlockResponse, x: Exchange): Omit<Reply, 'problem'> {
  const { errorType, body: standard } = defaultGatewayResponses.WAF_FILTERED;
  const list: HeaderList = refusalHeaders(errorType, x);
  if (body !== undefined) list[1] = contentTypes[body.ContentType];
  for (const { Name, Value } of headers) set(list, Name, Value);
  return { status, headers: list, body: body?.Content ?? standard };
}

function set(list: HeaderList, name: string, value: string): void {
  const lower = name.toLowerCase();
  for (let i = list.length - 2; i >= 0; i -= 2) if (list[i]!.toLowerCase() === lower) list.splice(i, 2);
  list.push(name, value);
}

/** The client's own of that name go: nobody writes what the web ACL says. */
function insert(x: Exchange, inserted: readonly CustomHeader[]): void {
  const headers = [...x.request.headers];
  for (const { Name, Value } of inserted) set(headers, Name, Value);
  x.request = { ...x.request, headers };
}

/** Everything that cannot be enforced of a web ACL; empty means it can stand before a stage. */
export function webAclComplaints(live: LiveWebAcl, countries: Countries | undefined): readonly string[] {
  const complaints: string[] = [];
  const clock = { now: () => 0, monotonicMs: () => 0 };
  compileFirewall(live, { rates: new RequestRates(clock), countries }, (what) => complaints.push(what));
  return complaints;
}
