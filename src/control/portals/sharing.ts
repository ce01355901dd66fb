/** PutPortalProductSharingPolicy, GetPortalProductSharingPolicy, DeletePortalProductSharingPolicy (row V2-24). */
import { readPolicyDocument } from '../../base/policy-document.ts';
import { sharingPolicies } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { findProduct, productKey } from './find.ts';
import type { PortalPorts } from './ports.ts';
import { invalidPolicy, noSharingPolicy } from './refusals.ts';

export function sharingHandlers({ store }: PortalPorts): Handlers<Operations> {
  return {
    PutPortalProductSharingPolicy: ({ PortalProductId, PolicyDocument }, call) =>
      store.write(async (tx) => {
        const product = await findProduct(tx, call, PortalProductId);
        checkPolicy(PolicyDocument);
        tx.put(sharingPolicies, productKey(product), { policyDocument: PolicyDocument });
        return {};
      }),

    GetPortalProductSharingPolicy: ({ PortalProductId }, call) =>
      store.read(async (tx) => {
        const stored = await tx.get(sharingPolicies, productKey(await findProduct(tx, call, PortalProductId)));
        if (stored === undefined) throw noSharingPolicy();
        return { PolicyDocument: stored.policyDocument, PortalProductId };
      }),

    DeletePortalProductSharingPolicy: ({ PortalProductId }, call) =>
      store.write(async (tx) => {
        const key = productKey(await findProduct(tx, call, PortalProductId));
        if ((await tx.get(sharingPolicies, key)) === undefined) throw noSharingPolicy();
        tx.delete(sharingPolicies, key);
      }),
  };
}

/** The guide's own example names no principal, because AWS RAM adds it; such a statement is taken, and allows nobody (sharing-policy.ts). */
function checkPolicy(text: string): void {
  const complaint = readPolicyDocument(withPrincipals(text), 'resource');
  if (typeof complaint === 'string') throw invalidPolicy(complaint);
}

function withPrincipals(text: string): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof document !== 'object' || document === null) return text;
  const { Statement } = document as { Statement?: unknown };
  const statements: unknown[] = Array.isArray(Statement) ? Statement : Statement === undefined ? [] : [Statement];
  const named = statements.map((each) =>
    typeof each === 'object' && each !== null && !('NotPrincipal' in each) ? { Principal: '*', ...each } : each,
  );
  return JSON.stringify({ ...document, ...(Statement !== undefined && { Statement: named }) });
}
