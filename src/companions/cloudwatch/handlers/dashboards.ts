/** CloudWatch's dashboards: kept and given back, their bodies checked. They are of an account, whatever the region. */
import type { Clock } from '../../../base/clock.ts';
import { collection, type Store } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudwatch.ts';
import { checkBody } from '../dashboards/dashboard-body.ts';
import { badDashboard, badDashboardText, badToken, badValue, noSuchDashboard } from '../refusals.ts';

export interface DashboardRecord {
  readonly name: string;
  readonly body: string;
  readonly modifiedMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const dashboards = collection<DashboardRecord>('cloudwatch-dashboards');

export const dashboardArn = (account: string, name: string): string =>
  `arn:aws:cloudwatch::${account}:dashboard/${name}`;

const pageSize = 1000;

export function dashboardHandlers({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): Handlers<Operations> {
  return {
    async PutDashboard({ DashboardName: name, DashboardBody, Tags = [] }, { account }) {
      if (!/^[\w-]{1,255}$/.test(name)) throw badValue('DashboardName', name);
      const { complaints, warnings } = checkBody(parsed(DashboardBody));
      if (complaints.length > 0) throw badDashboard(complaints);
      await store.write(async (tx) => {
        const before = await tx.get(dashboards, [account, name]);
        tx.put(dashboards, [account, name], {
          ...{ name, body: DashboardBody, modifiedMs: clock.now() },
          tags: before?.tags ?? Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
        });
      });
      return { DashboardValidationMessages: [...warnings] };
    },

    async GetDashboard({ DashboardName: name }, { account }) {
      const found = await store.read((tx) => tx.get(dashboards, [account, name]));
      if (found === undefined) throw noSuchDashboard([name]);
      return { DashboardArn: dashboardArn(account, name), DashboardBody: found.body, DashboardName: name };
    },

    async ListDashboards({ DashboardNamePrefix = '', NextToken }, { account }) {
      const after = NextToken === undefined ? undefined : nameIn(NextToken);
      const found = await store.read((tx) => tx.list(dashboards, [account]));
      const rest = found
        .map(({ value }) => value)
        .filter(({ name }) => name.startsWith(DashboardNamePrefix) && (after === undefined || name > after));
      const page = rest.slice(0, pageSize);
      return {
        DashboardEntries: page.map(({ name, body, modifiedMs }) => ({
          ...{ DashboardName: name, DashboardArn: dashboardArn(account, name), LastModified: modifiedMs },
          Size: Buffer.byteLength(body),
        })),
        ...(rest.length > page.length && {
          NextToken: Buffer.from(`after:${page.at(-1)!.name}`).toString('base64url'),
        }),
      };
    },

    async DeleteDashboards({ DashboardNames }, { account }) {
      await store.write(async (tx) => {
        const found = await Promise.all(DashboardNames.map((name) => tx.get(dashboards, [account, name])));
        const missing = DashboardNames.filter((_, i) => found[i] === undefined);
        // All or none (API reference).
        if (missing.length > 0) throw noSuchDashboard(missing);
        for (const name of DashboardNames) tx.delete(dashboards, [account, name]);
      });
      return {};
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw badDashboardText('The field DashboardBody must be a valid JSON object');
  }
}

function nameIn(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw badToken();
  return text.slice('after:'.length);
}
