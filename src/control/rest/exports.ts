/** GetExport: a stage as an OpenAPI document (rows OAS-15 to OAS-18, OAS-21). */
import { spacedJson } from '../../base/spaced-json.ts';
import { exportDocument } from '../../definition/openapi-export/export-document.ts';
import { deployments, documentationVersions, snapshots } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { invalidValue } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';
import { findApi } from './find.ts';
import type { RestPorts } from './ports.ts';
import { findStage } from './stages.ts';

const kinds = ['oas30', 'swagger'] as const;
const sets = ['apigateway', 'integrations', 'authorizers', 'documentation', 'validators'] as const;

export function exportHandlers({ store }: RestPorts): Handlers<Operations> {
  return {
    async GetExport({ restApiId, stageName, exportType, parameters, accepts }, call) {
      const kind = kinds.find((each) => each === exportType);
      if (kind === undefined) throw badRequest(`No API exporter for type '${exportType}'`);
      const isWanted = extensionsOf(parameters);
      const { snapshot, version, documented } = await store.read(async (tx) => {
        await findApi(tx, call, restApiId);
        const stage = await findStage(tx, call, restApiId, stageName);
        const frozen = await tx.get(snapshots, [restApiId, stage.deploymentId]);
        const deployment = await tx.get(deployments, [restApiId, stage.deploymentId]);
        if (frozen === undefined || deployment === undefined) throw badRequest('Deployment id does not exist');
        return {
          snapshot: frozen,
          // Without a version of its own an API has the time of its deployment.
          version: frozen.api.version || new Date(deployment.createdAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
          documented: stage.documentationVersion
            ? await tx.get(documentationVersions, [restApiId, stage.documentationVersion])
            : undefined,
        };
      });
      const text = () =>
        exportDocument(snapshot, {
          kind,
          integrations: isWanted('integrations'),
          authorizers: isWanted('authorizers'),
          validators: isWanted('validators'),
          // Said unless other sets were asked for (row OAS-18).
          documentation: isWanted('documentation') || parameters?.['extensions'] === undefined,
          stageName,
          host: `${restApiId}.execute-api.${call.region}.amazonaws.com`,
          version,
          documented,
        });
      const isYaml = accepts?.toLowerCase().includes('yaml') === true;
      const document = exported(text);
      const body = isYaml ? (await import('yaml')).stringify(document, { lineWidth: 0 }) : spacedJson(document);
      return {
        body: Buffer.from(body),
        contentType: 'application/octet-stream',
        contentDisposition: `attachment; filename="${kind}_${fileSafe(version)}.${isYaml ? 'yaml' : 'json'}"`,
      };
    },
  };
}

/** Which sets were asked for: `extensions=integrations,authorizers`, in AWS's CLI as `--parameters extensions='integrations'`. */
function extensionsOf(
  parameters: Readonly<Record<string, string>> | undefined,
): (set: (typeof sets)[number]) => boolean {
  const given = (parameters?.['extensions'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  for (const name of given) {
    if (name === 'postman') throw badRequest('Exports with Postman extensions are not built yet');
    if (!(sets as readonly string[]).includes(name)) throw invalidValue('extensions', name, sets);
  }
  return (set) => given.includes('apigateway') || given.includes(set);
}

function exported(make: () => ReturnType<typeof exportDocument>): ReturnType<typeof exportDocument> {
  try {
    return make();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Only found non-JSON body models for ')) {
      throw badRequest(error.message);
    }
    throw error;
  }
}

/** A version is any text, and stands in a header here. */
const fileSafe = (version: string): string => version.replaceAll(/[^A-Za-z0-9._:-]/g, '_');
