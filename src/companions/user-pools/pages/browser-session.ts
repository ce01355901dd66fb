/** The browser's own sign-in with a pool, which spares the user the form for an hour. */
import { findUser } from '../directory.ts';
import { poolNotFound } from '../pool-errors.ts';
import type { UserRecord } from '../records.ts';
import { seal, unseal } from '../sealed.ts';
import { cookie, cookieOf, type PageRequest } from './page-request.ts';

export interface BrowserSession {
  readonly user: UserRecord;
  readonly authTimeMs: number;
}

interface State {
  readonly sub: string;
  readonly generation: number;
  readonly authTimeMs: number;
}

const name = 'cognito';
const purpose = 'browser session';
const lifetimeSeconds = 3600;

/** Who the browser is signed in as; undefined when nobody, or when that has been ended everywhere. */
export async function browserSession({ parts, pool, request }: PageRequest): Promise<BrowserSession | undefined> {
  const sealed = cookieOf(request, name);
  const keys = sealed === undefined ? undefined : await parts.keys.keysOf(pool.id);
  if (sealed === undefined || keys === undefined) return undefined;
  const unsealed = unseal<State>(keys.sealing, purpose, decodeURIComponentSafely(sealed), parts.clock.now());
  if (unsealed.state !== 'good') return undefined;
  const { sub, generation, authTimeMs } = unsealed.value;
  const user = await parts.store.read((tx) => findUser(tx, pool, sub));
  const hasProof = user?.status === 'CONFIRMED' || user?.status === 'EXTERNAL_PROVIDER';
  return user?.enabled === true && user.generation === generation && hasProof ? { user, authTimeMs } : undefined;
}

/** The cookie of a browser that has just signed in. */
export async function sessionCookie(page: PageRequest, { user, authTimeMs }: BrowserSession): Promise<string> {
  const { parts, pool } = page;
  const keys = await parts.keys.keysOf(pool.id);
  if (keys === undefined) throw poolNotFound(pool.id);
  const state: State = { sub: user.sub, generation: user.generation, authTimeMs };
  const sealed = seal(keys.sealing, purpose, state, authTimeMs + lifetimeSeconds * 1000);
  return cookie(page, name, encodeURIComponent(sealed), lifetimeSeconds);
}

export const endedSessionCookie = (page: PageRequest): string => cookie(page, name, '', 0);

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
