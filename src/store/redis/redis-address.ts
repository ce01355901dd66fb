/** `redis://user:password@host:6379/0?prefix=gatewright&cluster=true`: where Redis or Valkey is, and what of it is ours. */

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Number of the database; 0 with a cluster. */
  readonly database: number;
  /** Before every key and channel, so that several Gatewrights may share one Redis. */
  readonly prefix: string;
  readonly isCluster: boolean;
  /** File with certificates that may have signed the server's, PEM. */
  readonly caFile: string | undefined;
}

const defaultPort = 6379;
const parameters: ReadonlySet<string> = new Set(['prefix', 'cluster', 'ca']);

/** What is expected instead, when the text is no such address. The text may hold a password, so it is not repeated. */
export function readRedisAddress(text: string): RedisAddress | { readonly expected: string } {
  const url = URL.parse(text);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    return { expected: 'an address such as redis://user:password@host:6379/0' };
  }
  const path = /^\/?(\d{0,4})$/.exec(url.pathname);
  if (path === null) return { expected: 'the number of a database after the host, such as redis://host:6379/0' };
  const given = url.searchParams;
  const stranger = [...given.keys()].find((name) => !parameters.has(name));
  if (stranger !== undefined) return { expected: 'no parameters but prefix, cluster and ca' };
  const prefix = given.get('prefix') ?? 'gatewright';
  // Braces would say which part of a key decides its place in a cluster.
  if (!/^[\w:.-]{1,64}$/.test(prefix)) return { expected: 'a prefix of letters, digits and _ : . - only' };
  const cluster = given.get('cluster') ?? 'false';
  if (cluster !== 'true' && cluster !== 'false') return { expected: 'cluster to be true or false' };
  const isCluster = cluster === 'true';
  const database = Number(path[1]);
  if (isCluster && database !== 0) return { expected: 'no database with cluster=true: a Redis Cluster has one only' };
  const caFile = given.get('ca') ?? undefined;
  const isTls = url.protocol === 'rediss:';
  if (caFile !== undefined && !isTls) return { expected: 'rediss:// where a ca is named' };
  const [username, password] = [decoded(url.username), decoded(url.password)];
  if (username === undefined || password === undefined) return { expected: 'percent signs in the password as %25' };
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPort : Number(url.port),
    isTls,
    username: username === '' ? undefined : username,
    password: password === '' ? undefined : password,
    ...{ database, prefix, isCluster, caFile },
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
