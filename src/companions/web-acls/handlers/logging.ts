/** Logging configurations of web ACLs: where the line of each request goes. */
import type { ReadTransaction, Store } from '../../../ports/store.ts';
import { type WafLogging, type WebAclRecord, webAcls } from '../../../ports/web-acls.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { LoggingConfiguration, Operations } from '../../../wire/generated/wafv2.ts';
import { find, keyOf } from '../entities.ts';
import type { Protection } from '../protected-stages.ts';
import { badDestination, nonexistent, notExactlyOne } from '../waf-errors.ts';

/** AWS's names begin so; buckets of S3 would be a third kind, to which nothing is delivered here. */
const destination =
  /^arn:aws[a-z-]*:(?:logs:[a-z0-9-]+:\d{12}:log-group:aws-waf-logs-[^:]+(?::\*)?|firehose:[a-z0-9-]+:\d{12}:deliverystream\/aws-waf-logs-.+)$/;

export function loggingHandlers(parts: {
  readonly store: Store;
  readonly protection: Protection;
}): Handlers<Operations> {
  const { store, protection } = parts;
  const logged = async (tx: ReadTransaction, call: Call, arn: string): Promise<Logged> => {
    const acl = await find(tx, call, 'webacl', webAcls, { ARN: arn });
    if (acl.logging === undefined) throw nonexistent();
    return acl as Logged;
  };
  return {
    PutLoggingConfiguration: ({ LoggingConfiguration: wanted }, call) =>
      protection.change(call, async (tx) => {
        const acl = await find(tx, call, 'webacl', webAcls, { ARN: wanted.ResourceArn });
        const [destinationArn, ...more] = wanted.LogDestinationConfigs;
        if (destinationArn === undefined || more.length > 0)
          throw notExactlyOne('LOG_DESTINATION', 'LogDestinationConfigs');
        if (!destination.test(destinationArn)) throw badDestination(destinationArn);
        const logging = {
          destinationArn,
          ...(wanted.RedactedFields && { redactedFields: wanted.RedactedFields }),
          ...(wanted.LoggingFilter && { filter: wanted.LoggingFilter }),
        } as WafLogging;
        const changed: Logged = { ...acl, logging };
        tx.put(webAcls, keyOf(acl, 'webacl'), changed);
        return { arn: acl.ARN, answer: { LoggingConfiguration: shown(changed) } };
      }),

    GetLoggingConfiguration: ({ ResourceArn }, call) =>
      store.read(async (tx) => ({ LoggingConfiguration: shown(await logged(tx, call, ResourceArn)) })),

    ListLoggingConfigurations: ({ Scope, Limit = 100, NextMarker }, call) =>
      store.read(async (tx) => {
        const all = (await tx.list(webAcls, [call.account, call.region, Scope]))
          .flatMap(({ value }) => (value.logging === undefined ? [] : [value as Logged]))
          .sort((a, b) => (a.ARN < b.ARN ? -1 : 1))
          .filter(({ ARN }) => NextMarker === undefined || ARN > NextMarker);
        const page = all.slice(0, Limit);
        return {
          LoggingConfigurations: page.map(shown),
          ...(all.length > Limit && { NextMarker: page.at(-1)!.ARN }),
        };
      }),

    DeleteLoggingConfiguration: ({ ResourceArn }, call) =>
      protection.change(call, async (tx) => {
        const { logging: _, ...acl } = await logged(tx, call, ResourceArn);
        tx.put(webAcls, keyOf(acl, 'webacl'), acl);
        return { arn: acl.ARN, answer: {} };
      }),
  };
}

type Logged = WebAclRecord & { readonly logging: WafLogging };

function shown({ ARN, logging }: Logged): LoggingConfiguration {
  return {
    ResourceArn: ARN,
    LogDestinationConfigs: [logging.destinationArn],
    ...(logging.redactedFields && {
      RedactedFields: logging.redactedFields as NonNullable<LoggingConfiguration['RedactedFields']>,
    }),
    ManagedByFirewallManager: false,
    ...(logging.filter && { LoggingFilter: logging.filter as NonNullable<LoggingConfiguration['LoggingFilter']> }),
    LogType: 'WAF_LOGS',
    LogScope: 'CUSTOMER',
  };
}
