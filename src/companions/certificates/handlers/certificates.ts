/** Certificates come and go: imported, requested, renewed, exported, deleted. */
import { createPrivateKey } from 'node:crypto';
import { newRequestId } from '../../../base/ids.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations, RequestCertificateRequest } from '../../../wire/generated/acm.ts';
import { readImported } from '../imported-certificate.ts';
import { type CertificateParts, certificateOf, put } from '../parts.ts';
import { arnOf, type CertificateRecord, certificates, type KeyAlgorithmName } from '../records.ts';
import {
  algorithmNotIssued,
  badPassphrase,
  certificateInUse,
  foreignValidationDomain,
  noPrivateAuthority,
  noSuchOption,
  notByMail,
  notExportable,
  notImported,
  notOfRequest,
  notRenewable,
  onlyForCloudFront,
  tagsWithReimport,
} from '../refusals.ts';
import { makeRequested, renewed } from '../requested-certificate.ts';
import { checkedTags } from '../tags.ts';
import { usersOfCertificates } from '../users.ts';

/** A request with a token that was used within the hour is the same request. */
const tokenLifeMs = 3_600_000;

export function certificateHandlers(parts: CertificateParts): Handlers<Operations> {
  const { store, clock, authority } = parts;

  async function changedRecord(
    arn: string,
    call: Call,
    change: (record: CertificateRecord) => CertificateRecord | Promise<CertificateRecord>,
  ): Promise<CertificateRecord> {
    const record = await store.write(async (tx) => {
      const changed = await change(await certificateOf(tx, arn, call));
      put(tx, changed);
      return changed;
    });
    parts.changed(arn);
    return record;
  }

  async function requestedWith(token: string, domainName: string, call: Call): Promise<string | undefined> {
    const all = await store.read((tx) => tx.list(certificates, [call.account, call.region]));
    const found = all.find(
      ({ value }) =>
        value.idempotencyToken === token &&
        value.domainName === domainName &&
        value.createdAtMs > clock.now() - tokenLifeMs,
    );
    return found && arnOf(found.value);
  }

  return {
    async ImportCertificate({ Certificate, CertificateChain, PrivateKey, CertificateArn, Tags }, call) {
      const nowMs = clock.now();
      if (CertificateArn !== undefined && Tags !== undefined) throw tagsWithReimport();
      const tags = checkedTags(Tags);
      const known =
        CertificateArn === undefined ? undefined : await store.read((tx) => certificateOf(tx, CertificateArn, call));
      if (known !== undefined && known.type !== 'IMPORTED') throw notImported();
      const given = { certificate: Certificate, chain: CertificateChain, privateKey: PrivateKey };
      const { chain, ...imported } = await readImported(given, nowMs);
      const made = { ...imported, ...(chain !== undefined && { chain }), domainName: domainNameOf(imported.facts) };
      if (CertificateArn !== undefined) {
        await changedRecord(CertificateArn, call, ({ chain: _old, ...record }) => ({
          ...record,
          ...made,
          madeAtMs: nowMs,
        }));
        return { CertificateArn };
      }
      const { account, region } = call;
      const record: CertificateRecord = {
        ...{ account, region, id: newRequestId(), type: 'IMPORTED', ...made, tags },
        ...{ createdAtMs: nowMs, madeAtMs: nowMs, wasExported: false },
        options: { transparency: 'DISABLED', export: 'DISABLED' },
      };
      await store.write(async (tx) => put(tx, record));
      return { CertificateArn: arnOf(record) };
    },

    async RequestCertificate(input, call) {
      const { DomainName, IdempotencyToken, KeyAlgorithm = 'RSA_2048', Options } = input;
      const tags = checkedTags(input.Tags);
      const validation = validationOf(input);
      if (!issuedAlgorithms.has(KeyAlgorithm)) throw algorithmNotIssued(KeyAlgorithm);
      if (IdempotencyToken !== undefined) {
        const same = await requestedWith(IdempotencyToken, DomainName, call);
        if (same !== undefined) return { CertificateArn: same };
      }
      const made = await makeRequested(authority, namesOf(input), KeyAlgorithm as KeyAlgorithmName);
      const nowMs = clock.now();
      const { account, region } = call;
      const record: CertificateRecord = {
        ...{ account, region, id: newRequestId(), type: 'AMAZON_ISSUED', domainName: DomainName.toLowerCase() },
        ...made,
        ...{ createdAtMs: nowMs, madeAtMs: nowMs, tags, validation, wasExported: false },
        options: {
          transparency: Options?.CertificateTransparencyLoggingPreference ?? 'ENABLED',
          export: Options?.Export ?? 'DISABLED',
        },
        ...(input.ManagedBy && { managedBy: input.ManagedBy }),
        ...(IdempotencyToken !== undefined && { idempotencyToken: IdempotencyToken }),
      };
      await store.write(async (tx) => put(tx, record));
      return { CertificateArn: arnOf(record) };
    },

    async DeleteCertificate({ CertificateArn }, call) {
      await store.write(async (tx) => {
        const { account, region, id } = await certificateOf(tx, CertificateArn, call);
        const users = (await usersOfCertificates(tx))(CertificateArn);
        if (users.length > 0) throw certificateInUse(CertificateArn, users);
        tx.delete(certificates, [account, region, id]);
      });
      parts.changed(CertificateArn);
    },

    /** AWS renews those that were exported when told; here any that was issued here can be. */
    async RenewCertificate({ CertificateArn }, call) {
      await changedRecord(CertificateArn, call, (record) => {
        if (record.type !== 'AMAZON_ISSUED') throw notRenewable(CertificateArn);
        return renewed(authority, record, clock.now());
      });
    },

    async ExportCertificate({ CertificateArn, Passphrase }, call) {
      const passphrase = Buffer.from(Passphrase).toString();
      if (/[#$%]/.test(passphrase)) throw badPassphrase();
      const { certificate, chain, privateKey } = await changedRecord(CertificateArn, call, (record) => {
        if (record.options.export !== 'ENABLED') throw notExportable(CertificateArn);
        return { ...record, wasExported: true };
      });
      const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
      return {
        Certificate: certificate,
        ...(chain !== undefined && { CertificateChain: chain }),
        PrivateKey: createPrivateKey(privateKey).export(encrypted) as string,
      };
    },

    async UpdateCertificateOptions({ CertificateArn, Options }, call) {
      await changedRecord(CertificateArn, call, (record) => {
        if (record.type !== 'AMAZON_ISSUED') throw noSuchOption();
        const { CertificateTransparencyLoggingPreference: transparency, Export } = Options;
        return {
          ...record,
          options: {
            transparency: transparency ?? record.options.transparency,
            export: Export ?? record.options.export,
          },
        };
      });
    },

    /** Nothing waits for validation here. */
    async ResendValidationEmail({ CertificateArn, Domain }, call) {
      const record = await store.read((tx) => certificateOf(tx, CertificateArn, call));
      if (!record.facts.names.includes(Domain)) throw notOfRequest(Domain);
      throw notByMail();
    },
  };
}

/** What ACM issues publicly; the other algorithms are for imported and private certificates. */
const issuedAlgorithms = new Set<string>(['RSA_2048', 'EC_prime256v1', 'EC_secp384r1']);

function domainNameOf({ commonName, names }: CertificateRecord['facts']): string {
  return (commonName ?? names[0]!).toLowerCase();
}

function namesOf({ DomainName, SubjectAlternativeNames = [] }: RequestCertificateRequest): string[] {
  return [...new Set([DomainName, ...SubjectAlternativeNames].map((name) => name.toLowerCase()))];
}

function validationOf(input: RequestCertificateRequest): NonNullable<CertificateRecord['validation']> {
  const { ValidationMethod: method = 'EMAIL', CertificateAuthorityArn, ManagedBy, DomainValidationOptions } = input;
  if (CertificateAuthorityArn !== undefined) throw noPrivateAuthority(CertificateAuthorityArn);
  if (method === 'HTTP' && ManagedBy !== 'CLOUDFRONT') throw onlyForCloudFront();
  const names = namesOf(input);
  const domains: [string, string][] = [];
  for (const option of DomainValidationOptions ?? []) {
    const [name, validationDomain] = [option.DomainName.toLowerCase(), option.ValidationDomain.toLowerCase()];
    if (!names.includes(name)) throw notOfRequest(name);
    if (name !== validationDomain && !name.endsWith(`.${validationDomain}`)) {
      throw foreignValidationDomain(name, validationDomain);
    }
    domains.push([name, validationDomain]);
  }
  return { method, domains: Object.fromEntries(domains) };
}
