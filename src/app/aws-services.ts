/**
 * Which endpoint and which keys an AWS service integration gets: an endpoint from the settings, or our own for the services we are. Real AWS is an
 * endpoint like any other and has to be listed: an API on a developer's machine that names a queue must not reach a real one because the shell
 * happens to have keys, and whoever may make an API could otherwise do anything those keys may, for roles are not assumed.
 */
import { BoundedMap } from '../base/bounded-map.ts';
import type { Clock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import type { SigningKeys } from '../base/sigv4-signer.ts';
import type { AwsServiceAccess, AwsServiceCall, AwsServices } from '../ports/aws-services.ts';
import type { SessionCredentials, Sessions } from '../ports/sessions.ts';
import type { Log } from '../ports/telemetry.ts';
import type { Settings } from './settings.ts';

type UsedSettings = Pick<Settings, 'awsEndpoints' | 'awsKeys' | 'environmentKeys' | 'mode'>;

/**
 * `ownOrigin` is asked per call, for the port is known only once we listen; `isOwn` says whether a service, as integrations name it, answers there.
 * `sessions` assumes the roles of calls to ourselves.
 */
export function createAwsServices(
  settings: UsedSettings,
  ownOrigin: () => string,
  log: Log,
  isOwn: (service: string) => boolean,
  sessions: Pick<Sessions, 'assumeRole'>,
  clock: Clock,
): AwsServices {
  const keysOfRole = roleKeys(sessions, clock);
  const { awsKeys, environmentKeys } = settings;
  const endpoints = new Map(Object.entries(settings.awsEndpoints));
  const toldRoles = new Set<string>();

  return {
    accessTo: function accessTo(call) {
      const endpoint = endpoints.get(call.service);
      if (endpoint === undefined) {
        return isOwn(call.service) ? ownAccess(settings.mode, ownOrigin(), call, keysOfRole) : notListed(call);
      }
      // Stand-ins for AWS take any key and read the account from one that is 12 digits, as we do.
      if (!isRealAws(endpoint)) return accessAt(endpoint, call, awsKeys ?? devKeys(call.account));
      const keys = environmentKeys ?? awsKeys;
      if (keys === undefined) return noKeys(call.service, endpoint);
      tellOfRole(call);
      return accessAt(endpoint, call, keys);
    },
  };

  function tellOfRole({ service, roleArn }: AwsServiceCall): void {
    const told = `${service} ${roleArn}`;
    if (toldRoles.has(told)) return;
    toldRoles.add(told);
    log.warn(`Calls to ${service} are signed with this process's own AWS keys; the role ${roleArn} is not assumed`);
  }
}

/** In secure mode an API calls its own house as its role, never as more; dev mode believes whatever names the account. */
function ownAccess(
  mode: Settings['mode'],
  origin: string,
  call: AwsServiceCall,
  keysOfRole: (roleArn: string) => Promise<SigningKeys | string>,
): AwsServiceAccess | string | Promise<AwsServiceAccess | string> {
  const host = call.awsHost;
  if (mode === 'dev') return { origin, host, keys: devKeys(call.account) };
  return keysOfRole(call.roleArn).then((keys) => (typeof keys === 'string' ? keys : { origin, host, keys }));
}

/** As long as AWS's own gateway takes (recorded), and how long before the end new ones are asked for. */
const roleSessionSeconds = 3600;
const renewBeforeMs = 300_000;

/** Sessions of roles, kept while they last; a sentence where there is no such role or it does not trust API Gateway. */
function roleKeys(
  sessions: Pick<Sessions, 'assumeRole'>,
  clock: Clock,
): (roleArn: string) => Promise<SigningKeys | string> {
  const known = new BoundedMap<SessionCredentials>(1000);
  return async function keysOfRole(roleArn) {
    const kept = known.get(roleArn);
    if (kept !== undefined && kept.expiresAtMs - renewBeforeMs > clock.now()) return signingKeys(kept);
    try {
      const made = await sessions.assumeRole({
        roleArn,
        sessionName: 'BackplaneAssumeRoleSession',
        durationSeconds: roleSessionSeconds,
        principal: { kind: 'Service', names: ['apigateway.amazonaws.com'] },
      });
      known.set(roleArn, made);
      return signingKeys(made);
    } catch (error) {
      if (error instanceof Problem) return error.why;
      throw error;
    }
  };
}

function signingKeys({ accessKeyId, secretAccessKey, sessionToken }: SessionCredentials): SigningKeys {
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** Real AWS, and over TLS: the only place where the keys of the environment may go. */
function isRealAws(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' && /\.amazonaws\.com(\.cn)?$/.test(hostname);
}

function notListed({ service, subdomain, awsHost }: AwsServiceCall): string {
  const realHost = subdomain === undefined ? awsHost : awsHost.slice(subdomain.length + 1);
  return (
    `there is no endpoint for ${service}: start with --aws-endpoint ${service}=http://… (setting awsEndpoints), ` +
    `or ${service}=https://${realHost} for real AWS`
  );
}

function noKeys(service: string, origin: string): string {
  return `there are no keys for ${service} at ${origin}: start with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or set awsKeys`;
}

function devKeys(account: string): SigningKeys {
  return { accessKeyId: account, secretAccessKey: 'test' };
}

/**
 * A subdomain stands before the endpoint's name, `bucket.s3.localhost:9000`; an address has no room for one, so AWS's own name says it there.
 */
function accessAt(origin: string, call: AwsServiceCall, keys: SigningKeys): AwsServiceAccess {
  const { host, hostname } = new URL(origin);
  if (call.subdomain === undefined) return { origin, host, keys };
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return { origin, host: isAddress ? call.awsHost : `${call.subdomain}.${host}`, keys };
}
