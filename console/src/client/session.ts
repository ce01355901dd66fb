/** Who calls, and in which region: kept for this tab only, the secret nowhere else. */
import { useSyncExternalStore } from 'react';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Session {
  readonly credentials: Credentials;
  readonly region: string;
}

/** What dev mode believes, and nothing else does. */
export const devCredentials: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

const credentialsKey = 'gatewright.credentials';
const regionKey = 'gatewright.region';
const watchers = new Set<() => void>();
let session: Session = {
  credentials: storedCredentials() ?? devCredentials,
  region: localStorage.getItem(regionKey) ?? 'us-east-1',
};

function storedCredentials(): Credentials | undefined {
  const text = sessionStorage.getItem(credentialsKey);
  return text === null ? undefined : (JSON.parse(text) as Credentials);
}

export const currentSession = (): Session => session;

export function signIn(credentials: Credentials): void {
  sessionStorage.setItem(credentialsKey, JSON.stringify(credentials));
  change({ ...session, credentials });
}

export function signOut(): void {
  sessionStorage.removeItem(credentialsKey);
  change({ ...session, credentials: devCredentials });
}

export function chooseRegion(region: string): void {
  localStorage.setItem(regionKey, region);
  change({ ...session, region });
}

function change(next: Session): void {
  session = next;
  for (const tell of watchers) tell();
}

export function useSession(): Session {
  return useSyncExternalStore((tell) => {
    watchers.add(tell);
    return () => watchers.delete(tell);
  }, currentSession);
}
