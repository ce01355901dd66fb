/**
 * ImportApiKeys: keys from a CSV file (rows V1-39, UP-10; developer guide, "API key file format"). A row that cannot be imported is a warning; with
 * `failonwarnings` the call fails at the first one, and the rows before it stay (recorded U8).
 */
import { newApiId } from '../../base/ids.ts';
import { Problem } from '../../base/problem.ts';
import type { ApiKey } from '../../definition/usage.ts';
import { apiKeys, apiKeyValues, planMemberships, usagePlans } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { checkApiKey, creationTimes, idOfValue, putApiKey } from './api-keys.ts';
import { tooManyApiKeys } from './chosen-usage-refusals.ts';
import { csvRows } from './csv-rows.ts';
import { badRequest } from './errors.ts';
import { withKeptLists } from './joined-store.ts';
import { checkMembership, findUsagePlan, plansOfKey } from './plan-memberships.ts';
import type { RestPorts } from './ports.ts';

/** One line of the file; a member whose column is missing or whose field is empty has its default. */
interface KeyRow {
  readonly line: number;
  readonly name: string;
  readonly value: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly usagePlanIds: readonly string[];
}

export function apiKeyImportHandlers({ store, usage, clock, limits }: RestPorts): Handlers<Operations> {
  const nextCreation = creationTimes(clock);
  return {
    async ImportApiKeys({ body, failOnWarnings }, call) {
      const rows = keyRows(body);
      const { ids, planIds, warnings } = await store.write(async (tx) => {
        // Plans stay as they are while rows come in by the thousand.
        const steady = withKeptLists(tx, [usagePlans]);
        let keyCount = (await tx.list(apiKeyValues, [call.account, call.region])).length;
        const done = { ids: [] as string[], planIds: new Set<string>(), warnings: [] as string[] };
        for (const row of rows) {
          try {
            const { id, isNew } = await importKey(steady, call, row, keyCount);
            done.ids.push(id);
            if (isNew) keyCount++;
            for (const planId of row.usagePlanIds) done.planIds.add(planId);
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
            done.warnings.push(`Row ${row.line}: ${error.message}`);
            if (failOnWarnings) break;
          }
        }
        return done;
      });
      if (ids.length > 0) usage.publish({ owner: call, keyIds: ids, planIds: [...planIds] });
      if (failOnWarnings && warnings.length > 0) throw badRequest(`Failed to import API Keys: ${warnings.join('; ')}`);
      return { ids, warnings };
    },
  };

  /** Everything is checked before anything is put, so that a refused row leaves nothing behind. */
  async function importKey(
    tx: WriteTransaction,
    call: Call,
    row: KeyRow,
    keyCount: number,
  ): Promise<{ readonly id: string; readonly isNew: boolean }> {
    const { account, region } = call;
    const nowMs = nextCreation();
    const existingId = await idOfValue(tx, call, row.value);
    const existing = existingId === undefined ? undefined : await tx.get(apiKeys, [account, region, existingId]);
    // An import of a key that exists overwrites it, under its id and with its plans (recorded U8).
    const { customerId, tags, stageKeys = [] } = existing ?? {};
    const key: ApiKey = {
      id: existing?.id ?? newApiId(),
      value: row.value,
      name: row.name,
      ...(row.description !== '' && { description: row.description }),
      ...(customerId !== undefined && { customerId }),
      enabled: row.enabled,
      stageKeys,
      ...(tags && { tags }),
      createdAtMs: nowMs,
      lastUpdatedAtMs: nowMs,
    };
    checkApiKey(key, limits);
    if (existing === undefined && keyCount >= limits.apiKeys) throw tooManyApiKeys();
    const plans = existing === undefined ? [] : await plansOfKey(tx, call, key.id);
    const before = plans.length;
    for (const planId of row.usagePlanIds) {
      const plan = await findUsagePlan(tx, call, planId);
      if (plans.some(({ id }) => id === planId)) continue;
      checkMembership(plan, key.id, plans, limits);
      plans.push(plan);
    }
    putApiKey(tx, call, key);
    for (const { id } of plans.slice(before)) {
      tx.put(planMemberships, [account, region, id, key.id], { addedAtMs: nowMs });
    }
    return { id: key.id, isNew: existing === undefined };
  }
}

/** Throws a 400 for what is no key file at all. */
function keyRows(body: Uint8Array): KeyRow[] {
  const [header, ...rows] = parsed(body);
  const columns = new Map((header?.fields ?? []).map((name, i) => [name.toLowerCase(), i]));
  for (const name of ['name', 'key']) {
    if (!columns.has(name)) throw badRequest('Invalid API Key file: the header must have the columns Name and Key');
  }
  return rows.map(({ line, fields }) => {
    const field = (name: string): string => fields[columns.get(name) ?? -1] ?? '';
    return {
      line,
      name: field('name'),
      value: field('key'),
      description: field('description'),
      enabled: field('enabled') === '' || field('enabled').toLowerCase() === 'true',
      usagePlanIds: field('usageplanids')
        .split(',')
        .map((id) => id.trim())
        .filter(Boolean),
    };
  });
}

function parsed(body: Uint8Array): ReturnType<typeof csvRows> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return csvRows(text.replaceAll('\r\n', '\n'));
  } catch (error) {
    throw badRequest(`Invalid API Key file: ${error instanceof SyntaxError ? error.message : 'it is not UTF-8 text'}`);
  }
}
