/** Settings of asynchronous invocations. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type { DestinationConfig, FunctionEventInvokeConfig, Operations } from '../../../wire/generated/lambda.ts';
import type { EventInvokeConfig } from '../event-invokes.ts';
import { badParameter, functionNotFound, resourceNotFound, unsupported } from '../function-errors.ts';
import { type FunctionReference, functionArn, functionReference, parseFunctionReference } from '../names.ts';
import type { FunctionRecord } from '../records.ts';
import type { HandlerParts } from './parts.ts';

interface Given {
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: DestinationConfig;
}

export function eventInvokeHandlers({ registry, clock, page }: HandlerParts): Handlers<Operations> {
  const target = (name: string, qualifier: string | undefined, call: Call): FunctionReference & { key: string } => {
    const reference = functionReference(name, qualifier, call);
    return { ...reference, key: reference.qualifier === '$LATEST' ? '' : (reference.qualifier ?? '') };
  };

  /** What is given takes the place of what was. */
  async function put(
    { FunctionName, Qualifier, ...given }: { FunctionName: string; Qualifier?: string } & Given,
    call: Call,
    keepsOthers: boolean,
  ): Promise<FunctionEventInvokeConfig> {
    const reference = target(FunctionName, Qualifier, call);
    const changes = configOf(given, reference);
    const record = await registry.change(reference, (before) => {
      assertQualifier(before, reference);
      const present = before.eventInvokes?.[reference.key];
      if (keepsOthers && present === undefined) throw noConfig(before, reference);
      const merged: EventInvokeConfig = { ...(keepsOthers && present), ...changes, modifiedAtMs: clock.now() };
      return { ...before, eventInvokes: { ...before.eventInvokes, [reference.key]: merged } };
    });
    return shown(record, reference.key, record.eventInvokes![reference.key]!);
  }

  return {
    PutFunctionEventInvokeConfig: (input, call) => put(input, call, false),
    UpdateFunctionEventInvokeConfig: (input, call) => put(input, call, true),

    async GetFunctionEventInvokeConfig({ FunctionName, Qualifier }, call) {
      const reference = target(FunctionName, Qualifier, call);
      await registry.loading();
      const record = registry.find(reference);
      if (record === undefined) throw functionNotFound(functionArn(reference));
      const config = record.eventInvokes?.[reference.key];
      if (config === undefined) throw noConfig(record, reference);
      return shown(record, reference.key, config);
    },

    async DeleteFunctionEventInvokeConfig({ FunctionName, Qualifier }, call) {
      const reference = target(FunctionName, Qualifier, call);
      await registry.change(reference, (before) => {
        if (before.eventInvokes?.[reference.key] === undefined) throw noConfig(before, reference);
        const { [reference.key]: _gone, ...eventInvokes } = before.eventInvokes;
        return { ...before, eventInvokes };
      });
    },

    async ListFunctionEventInvokeConfigs({ FunctionName, Marker, MaxItems }, call) {
      const reference = target(FunctionName, undefined, call);
      await registry.loading();
      const record = registry.find(reference);
      if (record === undefined) throw functionNotFound(functionArn(reference));
      const all = Object.entries(record.eventInvokes ?? {}).map(([key, config]) => shown(record, key, config));
      const { items, next } = page(all, Marker, MaxItems);
      return { FunctionEventInvokeConfigs: items, ...(next !== undefined && { NextMarker: next }) };
    },
  };
}

function noConfig(record: FunctionRecord, { key }: { readonly key: string }) {
  return resourceNotFound(
    `The function ${functionArn(record, key === '' ? '$LATEST' : key)} doesn't have an EventInvokeConfig`,
  );
}

function assertQualifier(record: FunctionRecord, { key }: { readonly key: string }): void {
  const isThere =
    key === '' ||
    record.aliases.some(({ name }) => name === key) ||
    record.versions.some(({ version }) => version === key);
  if (!isThere) throw functionNotFound(functionArn(record, key));
}

function configOf(given: Given, own: FunctionReference): Omit<EventInvokeConfig, 'modifiedAtMs'> {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig: to } = given;
  if (MaximumRetryAttempts === undefined && MaximumEventAgeInSeconds === undefined && to === undefined) {
    throw badParameter('You must specify at least one of error handling or destination setting.');
  }
  const onSuccess = destinationOf(to?.OnSuccess?.Destination, own);
  const onFailure = destinationOf(to?.OnFailure?.Destination, own);
  return {
    ...(MaximumRetryAttempts !== undefined && { maxRetries: MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { maxAgeSeconds: MaximumEventAgeInSeconds }),
    ...(onSuccess !== undefined && { onSuccess }),
    ...(onFailure !== undefined && { onFailure }),
  };
}

/** A function of the same account: queues, topics and buses are not here, and would be told nothing. */
function destinationOf(arn: string | undefined, own: FunctionReference): string | undefined {
  if (arn === undefined || arn === '') return undefined;
  const reference = arn.startsWith('arn:') ? parseFunctionReference(arn, own) : undefined;
  if (reference === undefined) throw unsupported(`The destination ${arn}`);
  if (reference.account !== own.account) throw unsupported('A destination of another account');
  if (reference.name === own.name && reference.region === own.region) {
    throw badParameter(`The destination ARN ${arn} must not be the function itself.`);
  }
  return arn;
}

function shown(record: FunctionRecord, key: string, config: EventInvokeConfig): FunctionEventInvokeConfig {
  const { maxRetries, maxAgeSeconds, onSuccess, onFailure, modifiedAtMs } = config;
  return {
    LastModified: modifiedAtMs,
    FunctionArn: functionArn(record, key === '' ? '$LATEST' : key),
    ...(maxRetries !== undefined && { MaximumRetryAttempts: maxRetries }),
    ...(maxAgeSeconds !== undefined && { MaximumEventAgeInSeconds: maxAgeSeconds }),
    DestinationConfig: {
      OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
      OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
    },
  };
}
