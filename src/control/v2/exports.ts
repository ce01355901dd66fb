/** ExportApi: an HTTP API as an OpenAPI 3.0 document, as it is now or as a stage shows it (row OAS-20). */
import { spacedJson } from '../../base/spaced-json.ts';
import { openApiOf } from '../../definition/openapi-export/http-api.ts';
import { v2Snapshots } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { ExportApiRequest, Operations } from '../../wire/generated/apigatewayv2.ts';
import { apiEndpoint } from './api-endpoint.ts';
import { invalidValue, notDeployed, notForProtocol } from './chosen-refusals.ts';
import { findApi, findStage } from './find.ts';
import type { V2Ports, V2Snapshot } from './ports.ts';
import { freeze } from './snapshot.ts';

export function exportHandlers({ store }: V2Ports): Handlers<Operations> {
  return {
    async ExportApi(input, call) {
      const { Specification, OutputType, ExportVersion, StageName: stageName } = input;
      if (Specification !== 'OAS30') throw invalidValue('specification', Specification, ['OAS30']);
      if (OutputType !== 'JSON' && OutputType !== 'YAML')
        throw invalidValue('output type', OutputType, ['JSON', 'YAML']);
      if (ExportVersion && ExportVersion !== '1.0') throw invalidValue('export version', ExportVersion, ['1.0']);
      const content = await store.read((tx) => contentOf(tx, call, input));
      const document = openApiOf(content, {
        includeExtensions: input.IncludeExtensions ?? true,
        endpoint: apiEndpoint(content.api, call),
        ...(stageName && { stageName }),
      });
      return { body: Buffer.from(await textOf(document, OutputType)) };
    },
  };
}

async function contentOf(tx: ReadTransaction, call: Call, { ApiId, StageName }: ExportApiRequest): Promise<V2Snapshot> {
  const api = await findApi(tx, call, ApiId);
  if (api.protocolType !== 'HTTP') throw notForProtocol('Export', api);
  if (!StageName) return freeze(tx, api, '');
  const { record } = await findStage(tx, call, ApiId, StageName);
  const snapshot = record.deploymentId && (await tx.get(v2Snapshots, [ApiId, record.deploymentId]));
  if (!snapshot) throw notDeployed(StageName);
  return snapshot;
}

async function textOf(document: object, outputType: 'JSON' | 'YAML'): Promise<string> {
  if (outputType === 'JSON') return spacedJson(document);
  const { stringify } = await import('yaml');
  return stringify(document, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    aliasDuplicateObjects: false,
    lineWidth: 0,
  });
}
