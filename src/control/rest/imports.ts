/** ImportRestApi and PutRestApi: a REST API from an OpenAPI document (rows OAS-01 to OAS-14). */

import { type BasePathMode, basePathModes } from '../../definition/openapi-import/base-path.ts';
import type { ApiDescription, Findings } from '../../definition/openapi-import/description.ts';
import type { RestApi } from '../../definition/rest-api.ts';
import { models, restApis } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { RestApi as AnsweredApi, EndpointType, Operations } from '../../wire/generated/apigateway.ts';
import { answerApi } from './answers.ts';
import { apiHandlers } from './apis.ts';
import { requireOneOf } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';
import { findApi } from './find.ts';
import { type ImportMode, writeDescription } from './import-writer.ts';
import { joinedStore } from './joined-store.ts';
import type { RestPorts } from './ports.ts';

const endpointTypes: readonly EndpointType[] = ['EDGE', 'REGIONAL', 'PRIVATE'];

export function importHandlers(ports: RestPorts): Handlers<Operations> {
  return {
    async ImportRestApi(input, call) {
      const parameters = parametersOf(input.parameters);
      const type = endpointTypeOf(parameters);
      const { description, findings } = await describe(input.body, parameters, call);
      return ports.store.write(async (tx) => {
        const api = await createApi(tx, ports, call, description, type);
        const written = await writeDescription({ tx, ports, call, api, description, findings, mode: 'overwrite' });
        throwFindings(findings, input.failOnWarnings);
        return answerImported(written, findings, { emptyTags: false });
      });
    },

    async PutRestApi(input, call) {
      const parameters = parametersOf(input.parameters);
      const mode: ImportMode = input.mode ?? 'merge';
      if (!importModes.includes(mode)) throw wrongImportMode();
      await ports.store.read((tx) => findApi(tx, call, input.restApiId));
      const { description, findings } = await describe(input.body, parameters, call);
      if (parameters.has('endpointconfigurationtypes')) {
        findings.warnings.push('The endpoint configuration of an existing API is not changed by an import. Ignoring.');
      }
      return ports.store.write(async (tx) => {
        const api = await findApi(tx, call, input.restApiId);
        const written = await writeDescription({ tx, ports, call, api, description, findings, mode });
        throwFindings(findings, input.failOnWarnings);
        return answerImported(written, findings, { emptyTags: true });
      });
    },
  };
}

const importModes: readonly ImportMode[] = ['merge', 'overwrite'];

/** As AWS's users quote it; the other import, of documentation, has the usual words. */
const wrongImportMode = (): Error =>
  badRequest('Enumeration value of OpenAPI import mode must be "overwrite" or "merge"');

/** Names in lower case: AWS's own examples write `basepath` and `endpointConfigurationTypes`. */
type Parameters = ReadonlyMap<string, string>;

const parametersOf = (parameters: Readonly<Record<string, string>> | undefined): Parameters =>
  new Map(Object.entries(parameters ?? {}).map(([name, value]) => [name.toLowerCase(), value]));

function endpointTypeOf(parameters: Parameters): EndpointType | undefined {
  const wanted = parameters.get('endpointconfigurationtypes');
  if (wanted === undefined) return undefined;
  requireOneOf('EndpointTypes', wanted, endpointTypes);
  return wanted as EndpointType;
}

/** Reads the document outside of any transaction, for a large one takes its time. It is loaded with the first import: few servers ever see one. */
async function describe(
  body: Uint8Array,
  parameters: Parameters,
  { account, region }: Call,
): Promise<{ description: ApiDescription; findings: Findings }> {
  const basePath = parameters.get('basepath') ?? 'ignore';
  requireOneOf('basepath', basePath, basePathModes);
  const ignore = parameters.get('ignore');
  if (ignore !== undefined) requireOneOf('ignore', ignore, ['documentation']);

  const { describeApi } = await import('../../definition/openapi-import/describe.ts');
  const { description, findings } = await describeApi(body, {
    account,
    region,
    basePath: basePath as BasePathMode,
    ignoreDocumentation: ignore === 'documentation',
  });
  // What was misread must not be half written first.
  throwFindings(findings, false);
  return { description, findings };
}

/** An imported API has the models of its document and no others (recorded). */
async function createApi(
  tx: WriteTransaction,
  ports: RestPorts,
  call: Call,
  { name, vpcEndpointIds }: ApiDescription,
  type: EndpointType | undefined,
): Promise<RestApi> {
  const { CreateRestApi } = apiHandlers({ ...ports, store: joinedStore(tx) });
  const endpointConfiguration = { ...(type && { types: [type] }), ...(vpcEndpointIds && { vpcEndpointIds }) };
  const { id } = await CreateRestApi!({ name, endpointConfiguration }, call);
  await tx.deleteAll(models, [id!]);
  return (await tx.get(restApis, [id!]))!;
}

/** Errors always discard the import, warnings when the caller says so (row OAS-05). The first heading is recorded, the second after it. */
export function throwFindings({ errors, warnings }: Findings, failOnWarnings: boolean | undefined): void {
  if (errors.length > 0) throw badRequest(listed('Errors found during import:', errors));
  if (failOnWarnings && warnings.length > 0) throw badRequest(listed('Warnings found during import:', warnings));
}

/** More than these help nobody, and an answer has to end. */
const maxListed = 100;

const listed = (heading: string, lines: readonly string[]): string =>
  [
    heading,
    ...lines.slice(0, maxListed),
    ...(lines.length > maxListed ? [`and ${lines.length - maxListed} more`] : []),
  ].join('\n\t');

function answerImported(api: RestApi, { warnings }: Findings, options: { emptyTags: boolean }): AnsweredApi {
  return { ...answerApi(api, options), ...(warnings.length > 0 && { warnings }) };
}
