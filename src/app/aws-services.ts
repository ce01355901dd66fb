/**
 * Which endpoint and which keys an AWS service integration gets: an endpoint from the settings, or our own for the services we are. Real AWS is an
 * endpoint like any other and has to be listed: an API on a developer's machine that names a queue must not reach a real one because the shell
 * happens to have keys, and whoever may make an API could otherwise do anything those keys may, for roles are not assumed.
 */
import type { SigningKeys } from '../base/sigv4-signer.ts';
import type { AwsServiceAccess, AwsServiceCall, AwsServices } from '../ports/aws-services.ts';
import type { Log } from '../ports/telemetry.ts';
import type { Settings } from './settings.ts';

type UsedSettings = Pick<Settings, 'awsEndpoints' | 'awsKeys' | 'credentials' | 'environmentKeys' | 'mode'>;

/**
 * `ownOrigin` is asked per call, for the port is known only once we listen; `isOwn` says whether a service, as integrations name it, answers there.
 */
export function createAwsServices(
  settings: UsedSettings,
  ownOrigin: () => string,
  log: Log,
  isOwn: (service: string) => boolean,
): AwsServices {
  const { awsKeys, environmentKeys } = settings;
  const endpoints = new Map(Object.entries(settings.awsEndpoints));
  const toldRoles = new Set<string>();

  return {
    accessTo: function accessTo(call) {
      const endpoint = endpoints.get(call.service);
      if (endpoint === undefined) {
        return isOwn(call.service) ? ownAccess(settings, ownOrigin(), call) : notListed(call);
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

function ownAccess(
  { mode, credentials }: UsedSettings,
  origin: string,
  call: AwsServiceCall,
): AwsServiceAccess | string {
  const host = call.awsHost;
  if (mode === 'dev') return { origin, host, keys: devKeys(call.account) };
  const keys = credentials.find(({ account }) => account === call.account);
  if (keys !== undefined) return { origin, host, keys };
  return `no access key of account ${call.account} is listed under "credentials", so ${call.service} cannot be called for it`;
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
