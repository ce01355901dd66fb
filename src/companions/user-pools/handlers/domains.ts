/** Domains under which a pool’s hosted pages are found. */
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { DomainDescriptionType, Operations } from '../../../wire/generated/cognito-idp.ts';
import { poolNamed } from '../directory.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter, notBuilt } from '../pool-errors.ts';
import { type DomainRecord, domains, type PoolRecord } from '../records.ts';

/** Handlers over domains. */
export function domainHandlers({ store }: PoolParts): Handlers<Operations> {
  return {
    async CreateUserPoolDomain(input, call) {
      const { Domain: domain, CustomDomainConfig: custom, Routing } = input;
      if (Routing !== undefined) throw notBuilt('Routing of domains');
      if (custom === undefined && /aws|amazon|cognito/i.test(domain)) {
        throw invalidParameter(
          `Domain cannot contain reserved word: ${/aws|amazon|cognito/i.exec(domain)![0].toLowerCase()}`,
        );
      }
      if (custom === undefined && domain.includes('.'))
        throw invalidParameter('Domain is not valid', 'a prefix has no dots');
      const managedLoginVersion = input.ManagedLoginVersion ?? 1;
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const taken = await tx.get(domains, [domain]);
        if (taken !== undefined) {
          throw invalidParameter(
            taken.poolId === pool.id ? 'Domain already exists.' : 'Domain already associated with another user pool.',
          );
        }
        const present = await domainsOf(tx, pool);
        if (present.some(({ certificateArn }) => (certificateArn === undefined) === (custom === undefined))) {
          throw invalidParameter('User pool already has a domain configured.');
        }
        const { id: poolId, account, region } = pool;
        tx.put(domains, [domain], {
          domain,
          poolId,
          account,
          region,
          managedLoginVersion,
          ...(custom !== undefined && { certificateArn: custom.CertificateArn }),
        });
      });
      return {
        ManagedLoginVersion: managedLoginVersion,
        ...(custom !== undefined && { CloudFrontDomain: cloudFrontDomain(domain) }),
      };
    },

    async DescribeUserPoolDomain(input) {
      const found = await store.read((tx) => tx.get(domains, [input.Domain]));
      // AWS describes a domain nobody has with nothing.
      return { DomainDescription: found === undefined ? {} : shown(found) };
    },

    async UpdateUserPoolDomain(input, call) {
      const { Domain: domain, CustomDomainConfig: custom, Routing } = input;
      if (Routing !== undefined) throw notBuilt('Routing of domains');
      return store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const present = await domainOf(tx, pool, domain);
        if (custom !== undefined && present.certificateArn === undefined) {
          throw invalidParameter('CustomDomainConfig cannot be given for a prefix domain.');
        }
        const changed: DomainRecord = {
          ...present,
          managedLoginVersion: input.ManagedLoginVersion ?? present.managedLoginVersion ?? 1,
          ...(custom !== undefined && { certificateArn: custom.CertificateArn }),
        };
        tx.put(domains, [domain], changed);
        return {
          ManagedLoginVersion: changed.managedLoginVersion!,
          ...(changed.certificateArn !== undefined && { CloudFrontDomain: cloudFrontDomain(domain) }),
        };
      });
    },

    async DeleteUserPoolDomain(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        await domainOf(tx, pool, input.Domain);
        tx.delete(domains, [input.Domain]);
      });
      return {};
    },
  };
}

/** The domains of a pool: at most one prefix and one of its own. */
async function domainsOf(tx: ReadTransaction, pool: PoolRecord): Promise<DomainRecord[]> {
  return (await tx.list(domains, [])).map(({ value }) => value).filter(({ poolId }) => poolId === pool.id);
}

async function domainOf(tx: ReadTransaction, pool: PoolRecord, domain: string): Promise<DomainRecord> {
  const found = await tx.get(domains, [domain]);
  if (found?.poolId !== pool.id) throw invalidParameter('No such domain or user pool exists.');
  return found;
}

/** Where AWS would serve a custom domain from; nothing here does. */
const cloudFrontDomain = (domain: string): string =>
  `${domain.replaceAll(/[^a-z0-9]/g, '').slice(0, 13)}.cloudfront.net`;

function shown(record: DomainRecord): DomainDescriptionType {
  const { certificateArn } = record;
  return {
    UserPoolId: record.poolId,
    AWSAccountId: record.account,
    Domain: record.domain,
    S3Bucket: `aws-cognito-prod-${record.region}-assets`,
    CloudFrontDistribution:
      certificateArn === undefined
        ? `${record.domain}.auth.${record.region}.amazoncognito.com`
        : cloudFrontDomain(record.domain),
    Version: '1',
    Status: 'ACTIVE',
    CustomDomainConfig: certificateArn === undefined ? ({} as never) : { CertificateArn: certificateArn },
    ManagedLoginVersion: record.managedLoginVersion ?? 1,
  };
}
