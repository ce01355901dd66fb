/**
 * The module `virtual:aws-models`: of the service models that the server itself runs on, what a client needs to write a request and read its answer.
 * Constraints and errors stay behind: the server checks, and its words are shown.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import type { ClientModel, ClientShape } from './src/client/client-model.ts';

/** The operations of each service that pages may call. */
const services: Readonly<Record<string, 'all' | readonly string[]>> = {
  apigateway: 'all',
  apigatewayv2: 'all',
  lambda: ['ListFunctions', 'GetFunctionConfiguration', 'GetPolicy', 'AddPermission', 'ListAliases'],
  'cognito-idp': ['ListUserPools'],
  acm: ['ListCertificates', 'RequestCertificate', 'ImportCertificate', 'DescribeCertificate'],
  cloudwatch: ['GetMetricData'],
  wafv2: ['ListWebACLs', 'AssociateWebACL', 'DisassociateWebACL'],
};

interface ModelFile {
  readonly metadata: Record<string, string>;
  readonly operations: Record<string, Record<string, never> & OperationInFile>;
  readonly shapes: Record<string, ClientShape & Record<string, unknown>>;
}

interface OperationInFile {
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly input?: { readonly shape: string };
  readonly output?: { readonly shape: string };
}

/** A plugin that answers `virtual:aws-models`; `directory` holds the models. */
export function awsModels(directory: string): Plugin {
  const id = 'virtual:aws-models';
  return {
    name: 'aws-models',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(loaded) {
      if (loaded !== `\0${id}`) return undefined;
      const models = Object.entries(services).map(([name, wanted]) => {
        const file = JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8')) as ModelFile;
        return [name, clientModel(file, wanted)];
      });
      // A string that JSON.parse reads is several times faster to load than the same thing as JavaScript.
      return `export const models = JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(models)))});`;
    },
  };
}

function clientModel(file: ModelFile, wanted: 'all' | readonly string[]): ClientModel {
  const names = wanted === 'all' ? Object.keys(file.operations) : wanted;
  const shapes: Record<string, ClientShape> = {};
  const keep = (name: string | undefined): void => {
    if (name === undefined || name in shapes) return;
    const { type, members, payload, member, value, timestampFormat } = file.shapes[name]!;
    shapes[name] = {
      type,
      ...(members && {
        members: Object.fromEntries(
          Object.entries(members).map(([key, { shape, location, locationName }]) => [
            key,
            { shape, ...(location && { location }), ...(locationName && { locationName }) },
          ]),
        ),
      }),
      ...(payload && { payload }),
      ...(member && { member: { shape: member.shape } }),
      ...(value && { value: { shape: value.shape } }),
      ...(timestampFormat && { timestampFormat }),
    };
    for (const each of Object.values(members ?? {})) keep(each.shape);
    keep(member?.shape);
    keep(value?.shape);
  };
  const operations = names.map((name) => {
    const { http, input, output } = file.operations[name]!;
    keep(input?.shape);
    keep(output?.shape);
    const { method, requestUri } = http;
    return [
      name,
      { method, requestUri, ...(input && { input: input.shape }), ...(output && { output: output.shape }) },
    ];
  });
  const { protocol, signingName, endpointPrefix, targetPrefix } = file.metadata;
  return {
    // CloudWatch's own is CBOR; it takes json as well.
    protocol: protocol === 'rest-json' ? 'rest-json' : 'json',
    signingName: signingName ?? endpointPrefix!,
    ...(targetPrefix && { targetPrefix }),
    operations: Object.fromEntries(operations),
    shapes,
  };
}
