/** ImportApi and ReimportApi: an HTTP API from an OpenAPI 3 document (rows OAS-03, OAS-05, OAS-19). */
import { basePathModes } from '../../definition/openapi-import/base-path.ts';
import type { HttpApiDescription, HttpFindings } from '../../definition/openapi-import/http-api-description.ts';
import type { V2Api } from '../../definition/v2-api.ts';
import { v2Apis } from '../../ports/records.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { ImportApiRequest, Operations } from '../../wire/generated/apigatewayv2.ts';
import { chosenApiId } from '../chosen-api-id.ts';
import { throwFindings } from '../rest/imports.ts';
import { answerApi } from './answers.ts';
import { checkApi, newApi } from './api-rules.ts';
import { keepNewApi } from './apis.ts';
import { changing } from './auto-deploy.ts';
import { invalidValue, notForProtocol } from './chosen-refusals.ts';
import { corsWith } from './cors-rules.ts';
import { findApi } from './find.ts';
import { attempt, writeHttpDescription } from './import-writer.ts';
import { checkIssuer } from './issuer-check.ts';
import type { V2Ports } from './ports.ts';

export function importHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, clock } = ports;
  return {
    async ImportApi(input, call) {
      const { description, findings } = await describe(input, call, ports);
      return store.write(async (tx) => {
        const id = await chosenApiId(tx, description.tags);
        const blank = newApi({ Name: description.name, ProtocolType: 'HTTP' }, id, call, clock.now());
        const api = describedApi(blank, description, findings);
        await keepNewApi(tx, api, ports);
        await writeHttpDescription({ tx, ports, api, description, findings });
        throwFindings(findings, input.FailOnWarnings);
        return answerApi(api, call);
      });
    },

    async ReimportApi({ ApiId, ...input }, call) {
      await store.read((tx) => findApi(tx, call, ApiId));
      const { description, findings } = await describe(input, call, ports);
      return changing(ports, call, ApiId, async (tx, before) => {
        if (before.protocolType !== 'HTTP') throw notForProtocol('An OpenAPI definition', before);
        const api = describedApi(before, description, findings);
        checkApi(api, ports.limits);
        tx.put(v2Apis, [ApiId], api);
        await writeHttpDescription({ tx, ports, api, description, findings });
        throwFindings(findings, input.FailOnWarnings);
        return answerApi(api, call);
      });
    },
  };
}

/** Reads the document outside of any transaction, for a large one takes its time; its reader is loaded with the first import. */
async function describe(
  { Body, Basepath }: Pick<ImportApiRequest, 'Body' | 'Basepath'>,
  { account, region }: Call,
  ports: V2Ports,
): Promise<{ description: HttpApiDescription; findings: HttpFindings }> {
  const basePath = basePathModes.find((mode) => mode === (Basepath || 'ignore').toLowerCase());
  if (basePath === undefined) throw invalidValue('basepath', Basepath!, basePathModes);
  const { describeHttpApi } = await import('../../definition/openapi-import/http-api.ts');
  const read = await describeHttpApi(Body, { account, region, basePath });
  for (const { name, jwtConfiguration } of read.description.authorizers) {
    await attempt(read.findings, `Unable to create authorizer '${name}'`, () =>
      checkIssuer(jwtConfiguration?.issuer, ports),
    );
  }
  // What was misread must not be half written first.
  throwFindings(read.findings, false);
  return read;
}

/** What the document says of the API itself replaces what was; what it cannot say stays. */
function describedApi(before: V2Api, description: HttpApiDescription, { info, warnings }: HttpFindings): V2Api {
  const {
    corsConfiguration: _,
    description: _text,
    version: _version,
    importInfo: _info,
    warnings: _old,
    ...rest
  } = before;
  const {
    name,
    tags,
    authorizers: _authorizers,
    integrations: _integrations,
    routes: _routes,
    ...described
  } = description;
  return {
    ...rest,
    ...described,
    ...(described.corsConfiguration && { corsConfiguration: corsWith(undefined, described.corsConfiguration) }),
    name,
    tags: { ...rest.tags, ...tags },
    ...(info.length > 0 && { importInfo: info }),
    ...(warnings.length > 0 && { warnings }),
  };
}
