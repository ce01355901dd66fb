/** Certificates looked at: one, its PEM, or all of the account in a region. */
import type { Handlers } from '../../../wire/call.ts';
import type { ListCertificatesRequest, Operations } from '../../../wire/generated/acm.ts';
import { type CertificateParts, certificateOf } from '../parts.ts';
import { arnOf, type CertificateRecord, certificates } from '../records.ts';
import { badToken, sortNeedsOrder } from '../refusals.ts';
import { detailOf, statusOf, summaryOf } from '../shown.ts';
import { usersOfCertificates } from '../users.ts';

const pageSize = 100;

export function readingHandlers({ store, clock }: CertificateParts): Handlers<Operations> {
  return {
    DescribeCertificate: ({ CertificateArn }, call) =>
      store.read(async (tx) => {
        const record = await certificateOf(tx, CertificateArn, call);
        const usersOf = await usersOfCertificates(tx);
        return { Certificate: detailOf(record, usersOf(CertificateArn), clock.now()) };
      }),

    GetCertificate: ({ CertificateArn }, call) =>
      store.read(async (tx) => {
        const { certificate, chain } = await certificateOf(tx, CertificateArn, call);
        return { Certificate: certificate, ...(chain !== undefined && { CertificateChain: chain }) };
      }),

    ListCertificates(input, call) {
      if ((input.SortBy === undefined) !== (input.SortOrder === undefined)) throw sortNeedsOrder();
      const after = input.NextToken === undefined ? undefined : placeIn(input.NextToken);
      const nowMs = clock.now();
      const { MaxItems = pageSize } = input;
      return store.read(async (tx) => {
        const all = (await tx.list(certificates, [call.account, call.region])).map(({ value }) => value);
        const direction = input.SortOrder === 'DESCENDING' ? -1 : 1;
        const listed = all
          .filter((record) => isWanted(record, input, nowMs))
          .sort((a, b) => direction * (a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1)));
        const from = after === undefined ? 0 : listed.findIndex(({ id }) => id === after) + 1;
        if (after !== undefined && from === 0) throw badToken();
        const page = listed.slice(from, from + MaxItems);
        const usersOf = await usersOfCertificates(tx);
        const last = page.at(-1);
        return {
          CertificateSummaryList: page.map((record) => summaryOf(record, usersOf(arnOf(record)), nowMs)),
          ...(last !== undefined && from + MaxItems < listed.length && { NextToken: tokenAfter(last.id) }),
        };
      });
    },
  };
}

/** Documented: unless key types are asked for, ACM lists certificates of these only. */
const listedUnasked: readonly string[] = ['RSA_1024', 'RSA_2048'];

function isWanted(record: CertificateRecord, input: ListCertificatesRequest, nowMs: number): boolean {
  const { CertificateStatuses, CertificateKeyPairOrigins, Includes = {} } = input;
  const { facts, options, managedBy, type } = record;
  const { keyTypes, keyUsage, extendedKeyUsage, exportOption } = Includes;
  const origin = type === 'IMPORTED' ? 'CUSTOMER_PROVIDED' : 'AWS_MANAGED';
  const among = (wanted: readonly string[] | undefined, has: readonly string[]): boolean =>
    wanted === undefined || wanted.length === 0 || wanted.includes('ANY') || wanted.every((each) => has.includes(each));
  return (
    (CertificateStatuses === undefined || CertificateStatuses.includes(statusOf(record, nowMs))) &&
    (CertificateKeyPairOrigins === undefined || CertificateKeyPairOrigins.includes(origin)) &&
    (keyTypes?.length ? keyTypes : listedUnasked).some((wanted) => wanted === facts.keyAlgorithm) &&
    among(keyUsage, facts.keyUsages) &&
    among(
      extendedKeyUsage,
      facts.extendedKeyUsages.map(({ name }) => name),
    ) &&
    (exportOption === undefined || exportOption === options.export) &&
    (Includes.managedBy === undefined || Includes.managedBy === managedBy)
  );
}

const tokenAfter = (id: string): string => Buffer.from(`after:${id}`).toString('base64url');

function placeIn(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw badToken();
  return text.slice('after:'.length);
}
