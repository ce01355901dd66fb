/** Function URLs: made, changed, shown and deleted. Who serves them is the gateway's side (app/function-urls). */
import { randomBytes } from 'node:crypto';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Cors, Operations } from '../../../wire/generated/lambda.ts';
import { lambdaTime } from '../configuration.ts';
import { badParameter, conflict, functionNotFound, resourceNotFound } from '../function-errors.ts';
import { type FunctionReference, functionArn, functionReference } from '../names.ts';
import type { FunctionRecord } from '../records.ts';
import type { FunctionUrl } from '../urls.ts';
import type { HandlerParts } from './parts.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** 32 characters, of which no two functions get the same. */
const newUrlId = (): string => [...randomBytes(32)].map((byte) => letters[byte & 31]).join('');

export function urlHandlers({ registry, clock, page }: HandlerParts): Handlers<Operations> {
  function target(name: string, qualifier: string | undefined, call: Call): FunctionReference & { key: string } {
    const reference = functionReference(name, qualifier, call);
    return { ...reference, key: reference.qualifier ?? '' };
  }

  async function found(name: string, qualifier: string | undefined, call: Call) {
    const reference = target(name, qualifier, call);
    await registry.loading();
    const record = registry.find(reference);
    if (record === undefined) throw functionNotFound(functionArn(reference));
    const url = urlOf(record, reference.key);
    return { record, url, key: reference.key };
  }

  return {
    async CreateFunctionUrlConfig({ FunctionName, Qualifier, AuthType, Cors: cors, InvokeMode = 'BUFFERED' }, call) {
      const reference = target(FunctionName, Qualifier, call);
      checkCors(cors);
      const nowMs = clock.now();
      const url: FunctionUrl = {
        ...{ id: newUrlId(), authType: AuthType, invokeMode: InvokeMode, createdAtMs: nowMs, modifiedAtMs: nowMs },
        ...(cors !== undefined && { cors }),
      };
      const record = await registry.change(reference, (before) => {
        assertAlias(before, reference);
        if (before.urls?.[reference.key] !== undefined) {
          throw conflict(
            `Failed to create function url config for [functionArn = ${functionArn(reference, reference.qualifier)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
          );
        }
        return { ...before, urls: { ...before.urls, [reference.key]: url } };
      });
      const { LastModifiedTime: _, ...shown } = shownUrl(record, reference.key, url, call);
      return shown;
    },

    async GetFunctionUrlConfig({ FunctionName, Qualifier }, call) {
      const { record, url, key } = await found(FunctionName, Qualifier, call);
      return shownUrl(record, key, url, call);
    },

    async UpdateFunctionUrlConfig({ FunctionName, Qualifier, AuthType, Cors: cors, InvokeMode }, call) {
      const reference = target(FunctionName, Qualifier, call);
      checkCors(cors);
      let changed: FunctionUrl | undefined;
      const record = await registry.change(reference, (before) => {
        const url = urlOf(before, reference.key);
        changed = {
          ...url,
          modifiedAtMs: clock.now(),
          authType: AuthType ?? url.authType,
          invokeMode: InvokeMode ?? url.invokeMode,
          ...(cors !== undefined && { cors }),
        };
        return { ...before, urls: { ...before.urls, [reference.key]: changed } };
      });
      return shownUrl(record, reference.key, changed!, call);
    },

    async DeleteFunctionUrlConfig({ FunctionName, Qualifier }, call) {
      const reference = target(FunctionName, Qualifier, call);
      await registry.change(reference, (before) => {
        urlOf(before, reference.key);
        const { [reference.key]: _gone, ...urls } = before.urls ?? {};
        return { ...before, urls };
      });
    },

    async ListFunctionUrlConfigs({ FunctionName, Marker, MaxItems }, call) {
      const reference = target(FunctionName, undefined, call);
      await registry.loading();
      const record = registry.find(reference);
      if (record === undefined) throw functionNotFound(functionArn(reference));
      const all = Object.entries(record.urls ?? {}).map(([key, url]) => shownUrl(record, key, url, call));
      const { items, next } = page(all, Marker, MaxItems);
      return { FunctionUrlConfigs: items, ...(next !== undefined && { NextMarker: next }) };
    },
  };
}

function urlOf(record: FunctionRecord, key: string): FunctionUrl {
  const url = Object.hasOwn(record.urls ?? {}, key) ? record.urls?.[key] : undefined;
  if (url === undefined) throw resourceNotFound();
  return url;
}

/** URLs are of functions and of their aliases. */
function assertAlias(record: FunctionRecord, { qualifier }: FunctionReference): void {
  if (qualifier === undefined || record.aliases.some(({ name }) => name === qualifier)) return;
  throw functionNotFound(functionArn(record, qualifier));
}

function checkCors(cors: Cors | undefined): void {
  if (cors?.AllowCredentials === true && cors.AllowOrigins?.includes('*')) {
    throw badParameter('When AllowCredentials is set to true, AllowOrigins cannot be *.');
  }
}

function shownUrl(record: FunctionRecord, key: string, url: FunctionUrl, call: Call) {
  return {
    FunctionUrl: addressOf(url.id, record.region, call),
    FunctionArn: functionArn(record, key === '' ? undefined : key),
    AuthType: url.authType,
    ...(url.cors !== undefined && { Cors: url.cors }),
    CreationTime: lambdaTime(url.createdAtMs),
    LastModifiedTime: lambdaTime(url.modifiedAtMs),
    InvokeMode: url.invokeMode,
  };
}

/** As the addresses of APIs are (decision 26): a name where names below the host lead here, else a path on it. */
function addressOf(id: string, region: string, { endpoint }: Pick<Call, 'endpoint'>): string {
  const { protocol, host } = URL.parse(endpoint) ?? new URL('http://localhost');
  if (host.startsWith('lambda.') && host.includes('.amazonaws.')) return `https://${id}.lambda-url.${region}.on.aws/`;
  if (/^localhost\.localstack\.cloud(?::|$)/.test(host)) return `${protocol}//${id}.lambda-url.${region}.${host}/`;
  return `${protocol}//${host}/_aws/lambda-url/${id}/`;
}
