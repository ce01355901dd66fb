/** What uses certificates: the custom domain names of API Gateway. */
import { customDomains } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';

/** By a certificate's ARN, the ARNs of what shows it or proves its ownership by it; as of this transaction. */
export async function usersOfCertificates(tx: ReadTransaction): Promise<(arn: string) => readonly string[]> {
  const users = new Map<string, Set<string>>();
  function add(certificateArn: string | undefined, user: string): void {
    if (certificateArn === undefined) return;
    const known = users.get(certificateArn);
    if (known === undefined) users.set(certificateArn, new Set([user]));
    else known.add(user);
  }
  for (const { key, value } of await tx.list(customDomains, [])) {
    const [region, domainId] = key as [string, string];
    const user = `arn:aws:apigateway:${region}::/domainnames/${domainId}`;
    for (const { certificateArn } of value.endpoints) add(certificateArn, user);
    add(value.ownershipVerificationCertificateArn, user);
  }
  return (arn) => [...(users.get(arn) ?? [])];
}
