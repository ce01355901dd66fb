/** `{{resolve:ssm:name:version}}` in a property: what the parameter holds when the property is used. */
import type { InProcessCalls } from '../../../wire/in-process-calls.ts';
import type { Json, JsonMap } from '../records.ts';
import { validationError } from '../refusals.ts';
import type { Answer } from '../types/resource-type.ts';

type Send = (service: string, operation: string, input: Readonly<Record<string, unknown>>) => Promise<Answer>;

const reference = /\{\{resolve:([\w-]+):([^}]*)\}\}/g;

export async function dereferenced(value: Json, send: Send, calls: InProcessCalls): Promise<Json> {
  if (typeof value === 'string') {
    if (!value.includes('{{resolve:')) return value;
    let made = '';
    let at = 0;
    for (const found of value.matchAll(reference)) {
      made += value.slice(at, found.index) + (await held(found[1]!, found[2]!, send, calls));
      at = found.index + found[0].length;
    }
    return made + value.slice(at);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value as readonly Json[]) items.push(await dereferenced(item, send, calls));
    return items;
  }
  const entries: [string, Json][] = [];
  for (const [name, item] of Object.entries(value as JsonMap))
    entries.push([name, await dereferenced(item, send, calls)]);
  return Object.fromEntries(entries);
}

async function held(service: string, rest: string, send: Send, calls: InProcessCalls): Promise<string> {
  if (service !== 'ssm' && service !== 'ssm-secure') {
    throw validationError(`Dynamic references of ${service} are not supported here: {{resolve:${service}:${rest}}}`);
  }
  return parameterHeld(rest, service === 'ssm-secure', send, calls);
}

/** What a parameter of the parameter store holds; `name` may end with `:version`. */
export async function parameterHeld(
  name: string,
  isSecure: boolean,
  send: Send,
  calls: InProcessCalls,
): Promise<string> {
  const missing = (): Error =>
    validationError(`Unable to fetch parameters [${name}] from parameter store for this account.`);
  if (!calls.can('ssm', 'GetParameter')) throw missing();
  const answer = await send('ssm', 'GetParameter', { Name: name, WithDecryption: isSecure }).catch(() => {
    throw missing();
  });
  const { Value, Type } = answer['Parameter'] as { Value?: string; Type?: string };
  if (Value === undefined || (!isSecure && Type === 'SecureString')) throw missing();
  return Value;
}
