/** Authorizer: CreateAuthorizer, GetAuthorizer, GetAuthorizers, UpdateAuthorizer, DeleteAuthorizer. */
import { newChildId } from '../../base/ids.ts';
import { routes, v2Authorizers } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { answerAuthorizer } from './answers.ts';
import { changedAuthorizer, keepAuthorizer, newAuthorizer } from './authorizer-rules.ts';
import { changing } from './auto-deploy.ts';
import { isReferenced } from './chosen-refusals.ts';
import { findApi, findAuthorizer, listOf } from './find.ts';
import { checkIssuer } from './issuer-check.ts';
import { pageOf } from './paging.ts';
import type { V2Ports } from './ports.ts';

export function authorizerHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, limits } = ports;
  return {
    async CreateAuthorizer({ ApiId, ...input }, call) {
      await checkIssuer(input.JwtConfiguration?.Issuer, ports);
      return changing(ports, call, ApiId, async (tx, api) => {
        const authorizer = newAuthorizer(input, newChildId(), api);
        await keepAuthorizer(tx, api, authorizer, ports);
        return answerAuthorizer(authorizer);
      });
    },

    GetAuthorizer: ({ ApiId, AuthorizerId }, call) =>
      store.read(async (tx) => answerAuthorizer((await findAuthorizer(tx, call, ApiId, AuthorizerId)).record)),

    GetAuthorizers: (input, call) =>
      store.read(async (tx) => {
        const { apiId } = await findApi(tx, call, input.ApiId);
        const all = await listOf(tx, v2Authorizers, apiId);
        return pageOf(all, ({ authorizerId }) => authorizerId, answerAuthorizer, input, limits);
      }),

    async UpdateAuthorizer({ ApiId, AuthorizerId, ...input }, call) {
      await checkIssuer(input.JwtConfiguration?.Issuer, ports);
      return changing(ports, call, ApiId, async (tx, api) => {
        const { record } = await findAuthorizer(tx, call, ApiId, AuthorizerId);
        const changed = changedAuthorizer(record, input, api);
        await keepAuthorizer(tx, api, changed, ports);
        return answerAuthorizer(changed);
      });
    },

    DeleteAuthorizer: ({ ApiId, AuthorizerId }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { record } = await findAuthorizer(tx, call, ApiId, AuthorizerId);
        const user = (await listOf(tx, routes, ApiId)).find(({ authorizerId }) => authorizerId === AuthorizerId);
        if (user !== undefined) throw isReferenced('authorizer', record.name, `route: ${user.routeKey}`);
        tx.delete(v2Authorizers, [ApiId, AuthorizerId]);
      }),
  };
}
