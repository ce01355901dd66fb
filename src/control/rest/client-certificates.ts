/** ClientCertificate: GenerateClientCertificate, GetClientCertificate, GetClientCertificates, UpdateClientCertificate, DeleteClientCertificate (rows V1-44, CC-*). */
import { newChildId } from '../../base/ids.ts';
import { makeSelfSigned } from '../../base/self-signed.ts';
import type { ClientCertificate } from '../../definition/rest-api.ts';
import { clientCertificates, restApis, stages, v2Apis, v2Stages } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { answerClientCertificate, wholeSeconds } from './answers.ts';
import { certificateIsInUse } from './chosen-refusals.ts';
import { limitExceeded } from './errors.ts';
import { findClientCertificate } from './find.ts';
import { pageOf } from './paging.ts';
import { applyPatch, type PatchTable, withMember } from './patch.ts';
import type { RestPorts } from './ports.ts';
import { checkTags } from './tag-rules.ts';

/** What UpdateClientCertificate can change (row PATCH-05). */
const certificatePatches: PatchTable<ClientCertificate> = {
  rows: [{ path: '/description', replace: (certificate, { value }) => withMember(certificate, 'description', value) }],
};

const validMs = 365 * 86_400_000;

export function clientCertificateHandlers({ store, clock, limits }: RestPorts): Handlers<Operations> {
  return {
    async GenerateClientCertificate({ description, tags = {} }, call) {
      checkTags(tags, limits);
      const createdAtMs = wholeSeconds(clock.now());
      const expiresAtMs = createdAtMs + validMs;
      // Made before the transaction: a key takes longer than others should wait.
      const made = await makeSelfSigned({
        algorithm: {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
          hash: 'SHA-256',
        },
        name: 'C=US, ST=Washington, L=Seattle, O=Amazon.com, OU=ApiGateway, CN=ApiGateway',
        notBeforeMs: createdAtMs,
        notAfterMs: expiresAtMs,
        // As AWS's, which say nothing of what they are for: backends are told to trust this one certificate.
        extensions: () => [],
      });
      const certificate: ClientCertificate = {
        clientCertificateId: newChildId(),
        ...(description !== undefined && { description }),
        pemEncodedCertificate: made.certificate,
        pemEncodedPrivateKey: made.privateKey,
        createdAtMs,
        expiresAtMs,
        tags,
      };
      return store.write(async (tx) => {
        if ((await tx.list(clientCertificates, [call.account, call.region])).length >= limits.clientCertificates) {
          throw limitExceeded('Client Certificates', 'account');
        }
        tx.put(clientCertificates, [call.account, call.region, certificate.clientCertificateId], certificate);
        return answerClientCertificate(certificate);
      });
    },

    GetClientCertificate: ({ clientCertificateId }, call) =>
      store.read(async (tx) => answerClientCertificate(await findClientCertificate(tx, call, clientCertificateId))),

    GetClientCertificates: (input, call) =>
      store.read(async (tx) => {
        const all = (await tx.list(clientCertificates, [call.account, call.region])).map(({ value }) => value);
        const page = pageOf(all, ({ clientCertificateId }) => clientCertificateId, input, limits);
        return { ...page, items: page.items.map(answerClientCertificate) };
      }),

    UpdateClientCertificate: ({ clientCertificateId, patchOperations }, call) =>
      store.write(async (tx) => {
        const certificate = await findClientCertificate(tx, call, clientCertificateId);
        const patched = applyPatch(certificatePatches, certificate, patchOperations);
        tx.put(clientCertificates, [call.account, call.region, clientCertificateId], patched);
        return answerClientCertificate(patched);
      }),

    DeleteClientCertificate: ({ clientCertificateId }, call) =>
      store.write(async (tx) => {
        await findClientCertificate(tx, call, clientCertificateId);
        const users = await stagesShowing(tx, call, clientCertificateId);
        if (users.length > 0) throw certificateIsInUse(clientCertificateId, users);
        tx.delete(clientCertificates, [call.account, call.region, clientCertificateId]);
      }),
  };
}

/** `apiId:stage` of every stage that shows the certificate; WebSocket APIs have such stages too. */
async function stagesShowing(tx: ReadTransaction, call: Call, id: string): Promise<readonly string[]> {
  const users: string[] = [];
  const note = (apiId: string, stage: { readonly stageName: string; readonly clientCertificateId?: string }): void => {
    if (stage.clientCertificateId === id) users.push(`${apiId}:${stage.stageName}`);
  };
  for (const { value: api } of await tx.list(restApis, [])) {
    if (api.account !== call.account || api.region !== call.region) continue;
    for (const { value: stage } of await tx.list(stages, [api.id])) note(api.id, stage);
  }
  for (const { value: api } of await tx.list(v2Apis, [])) {
    if (api.account !== call.account || api.region !== call.region) continue;
    for (const { value: stage } of await tx.list(v2Stages, [api.apiId])) note(api.apiId, stage);
  }
  return users;
}
