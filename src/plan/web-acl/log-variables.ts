/** `$context.waf.*` of access logs (row WAF-04). What inspects requests here is no service that could answer anything but 200, or fail. */
import type { RowReader } from '../access-log/access-row.ts';

/** Undefined for other names. */
export function webAclVariable(name: string): RowReader | undefined {
  switch (name) {
    case 'waf.error':
      return ({ x }) => x.webAcl?.error;
    case 'waf.latency':
      return ({ x }) => (x.webAcl === null ? undefined : Math.round(x.webAcl.latencyMs));
    case 'waf.status':
      return ({ x }) => (x.webAcl === null ? undefined : x.webAcl.error === undefined ? 200 : 500);
    default:
      return undefined;
  }
}
