/**
 * Which endpoint and which keys an AWS service integration gets: one from the settings, our own for the services we are, else, in dev mode, real AWS
 * when this process has keys for it.
 */
import type { SigningKeys } from '../base/sigv4-signer.ts';
import type { AwsServiceAccess, AwsServiceCall, AwsServices } from '../ports/aws-services.ts';
import type { Log } from '../ports/telemetry.ts';
import type { Settings } from './settings.ts';

type UsedSettings = Pick<Settings, 'awsEndpoints' | 'awsKeys' | 'credentials' | 'mode'>;

/** Services that answer on our own endpoint. */
const ownServices = new Set(['apigateway', 'lambda', 'execute-api']);

/** `ownOrigin` is asked per call, for the port is known only once we listen. */
export function createAwsServices(settings: UsedSettings, ownOrigin: () => string, log: Log): AwsServices {
  const { awsKeys } = settings;
  const endpoints = new Map(Object.entries(settings.awsEndpoints));
  const toldRoles = new Set<string>();

  return {
    accessTo: function accessTo(call) {
      const endpoint = endpoints.get(call.service);
      // Stand-ins for AWS take any key and read the account from one that is 12 digits, as we do.
      if (endpoint !== undefined) return accessAt(endpoint, call, awsKeys ?? devKeys(call.account));
      if (ownServices.has(call.service)) return ownAccess(settings, ownOrigin(), call);
      if (settings.mode === 'secure') return notListed(call);
      if (awsKeys === undefined) return noWayTo(call.service);
      tellOfRole(call);
      return { origin: `https://${call.awsHost}`, host: call.awsHost, keys: awsKeys };
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

/** Whoever may make an API could otherwise do anything that this process's keys may, for roles are not assumed: the operator says which services. */
function notListed({ service, awsHost }: AwsServiceCall): string {
  return `in secure mode only services listed in awsEndpoints are called: list ${service}, with https://${awsHost} for real AWS`;
}

function noWayTo(service: string): string {
  return (
    `there is no endpoint for ${service} and no AWS keys: start with --aws-endpoint ${service}=http://… (setting awsEndpoints), ` +
    'or with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for real AWS'
  );
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
