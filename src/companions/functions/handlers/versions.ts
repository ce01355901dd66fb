/** Published versions and the aliases that point at them. */
import { newRequestId } from '../../../base/ids.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { AliasConfiguration, AliasRoutingConfiguration, Operations } from '../../../wire/generated/lambda.ts';
import { configurationOf } from '../configuration.ts';
import {
  aliasNotFound,
  badParameter,
  conflict,
  functionNotFound,
  staleRevision,
  unsupported,
} from '../function-errors.ts';
import { functionArn, functionReference } from '../names.ts';
import type { FunctionAlias, FunctionRecord } from '../records.ts';
import type { HandlerParts } from './parts.ts';

/**
 * The record with `$LATEST` published, or as it is when nothing changed since the last version (AWS then answers with that version).
 */
export function publishedRecord(
  record: FunctionRecord,
  description: string | undefined,
  revisionId: string,
): FunctionRecord {
  const { latest } = record;
  const newest = record.versions.at(-1);
  const published = {
    ...latest,
    version: String(record.nextVersion),
    description: description ?? latest.description,
    revisionId,
  };
  if (newest !== undefined) {
    const same = {
      ...published,
      version: newest.version,
      revisionId: newest.revisionId,
      lastModifiedMs: newest.lastModifiedMs,
    };
    if (JSON.stringify({ ...same, description: newest.description }) === JSON.stringify(newest)) return record;
  }
  return { ...record, versions: [...record.versions, published], nextVersion: record.nextVersion + 1 };
}

/** Handlers over versions and aliases. */
export function versionHandlers(parts: HandlerParts): Handlers<Operations> {
  const { registry } = parts;

  function aliasOf(record: FunctionRecord, name: string): FunctionAlias {
    const alias = record.aliases.find((each) => each.name === name);
    if (alias === undefined) throw aliasNotFound(functionArn(record, name));
    return alias;
  }

  return {
    async PublishVersion(input, call) {
      const reference = functionReference(input.FunctionName, undefined, call);
      if (input.PublishTo !== undefined) throw unsupported('PublishTo');
      const record = await registry.change(reference, (before) => {
        if (input.RevisionId !== undefined && input.RevisionId !== before.latest.revisionId) throw staleRevision();
        if (
          input.CodeSha256 !== undefined &&
          input.CodeSha256 !== '' &&
          input.CodeSha256 !== before.latest.codeSha256
        ) {
          throw badParameter(
            `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${before.latest.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
          );
        }
        return publishedRecord(before, input.Description, newRequestId());
      });
      return configurationOf(record, record.versions.at(-1)!);
    },

    async ListVersionsByFunction(input, call) {
      const record = await parts.functionNamed(input.FunctionName, call);
      const all = [
        configurationOf(record, record.latest, '$LATEST'),
        ...record.versions.map((version) => configurationOf(record, version)),
      ];
      const { items, next } = parts.page(all, input.Marker, input.MaxItems);
      return { Versions: items, ...(next === undefined ? {} : { NextMarker: next }) };
    },

    async CreateAlias(input, call) {
      const reference = functionReference(input.FunctionName, undefined, call);
      if (/^\d+$/.test(input.Name)) {
        throw badParameter(
          `1 validation error detected: Value '${input.Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`,
        );
      }
      const alias = {
        name: input.Name,
        functionVersion: input.FunctionVersion,
        description: input.Description ?? '',
        revisionId: newRequestId(),
        additionalVersionWeights: input.RoutingConfig?.AdditionalVersionWeights,
      };
      const record = await registry.change(reference, (before) => {
        if (before.aliases.some((each) => each.name === alias.name)) {
          throw conflict(`Alias already exists: ${functionArn(before, alias.name)}`);
        }
        const checked = checkedAlias(before, alias);
        const aliases = [...before.aliases, checked].sort((a, b) => (a.name < b.name ? -1 : 1));
        return { ...before, aliases };
      });
      return aliasConfiguration(record, aliasOf(record, alias.name));
    },

    async GetAlias(input, call) {
      const record = await parts.functionNamed(input.FunctionName, call);
      return aliasConfiguration(record, aliasOf(record, input.Name));
    },

    async UpdateAlias(input, call) {
      const reference = functionReference(input.FunctionName, undefined, call);
      const record = await registry.change(reference, (before) => {
        const present = aliasOf(before, input.Name);
        if (input.RevisionId !== undefined && input.RevisionId !== present.revisionId) throw staleRevision();
        const changed = checkedAlias(before, {
          ...present,
          functionVersion: input.FunctionVersion ?? present.functionVersion,
          description: input.Description ?? present.description,
          revisionId: newRequestId(),
          additionalVersionWeights: changedWeights(present, input.RoutingConfig),
        });
        return { ...before, aliases: before.aliases.map((each) => (each === present ? changed : each)) };
      });
      return aliasConfiguration(record, aliasOf(record, input.Name));
    },

    async ListAliases(input, call) {
      const record = await parts.functionNamed(input.FunctionName, call);
      const wanted = record.aliases.filter(
        (alias) => input.FunctionVersion === undefined || alias.functionVersion === input.FunctionVersion,
      );
      const { items, next } = parts.page(wanted, input.Marker, input.MaxItems);
      return {
        Aliases: items.map((alias) => aliasConfiguration(record, alias)),
        ...(next === undefined ? {} : { NextMarker: next }),
      };
    },

    async DeleteAlias(input, call) {
      const reference = functionReference(input.FunctionName, undefined, call);
      await registry.change(reference, (before) => {
        const { [input.Name]: _gone, ...policies } = before.policies;
        // Deleting an alias that is not there succeeds, as it does on AWS.
        return { ...before, policies, aliases: before.aliases.filter((alias) => alias.name !== input.Name) };
      });
    },
  };
}

function changedWeights(
  alias: FunctionAlias,
  routing: AliasRoutingConfiguration | undefined,
): FunctionAlias['additionalVersionWeights'] {
  return routing === undefined ? alias.additionalVersionWeights : routing.AdditionalVersionWeights;
}

/** An alias whose versions exist and whose weights make sense. */
function checkedAlias(record: FunctionRecord, alias: FunctionAlias): FunctionAlias {
  assertVersion(record, alias.functionVersion);
  const weights = alias.additionalVersionWeights;
  if (weights === undefined || Object.keys(weights).length === 0)
    return { ...alias, additionalVersionWeights: undefined };
  const entries = Object.entries(weights);
  if (entries.length > 1) throw badParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  for (const [version, weight] of entries) {
    if (version === '$LATEST' || alias.functionVersion === '$LATEST') {
      throw badParameter('$LATEST is not supported for an alias pointing to more than 1 version');
    }
    assertVersion(record, version);
    if (version === alias.functionVersion) {
      throw badParameter(
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      );
    }
    if (!(weight >= 0 && weight <= 1))
      throw badParameter(`Weight ${weight} of version ${version} is not between 0.0 and 1.0`);
  }
  return alias;
}

function assertVersion(record: FunctionRecord, version: string): void {
  if (version === '$LATEST' || record.versions.some((each) => each.version === version)) return;
  throw functionNotFound(functionArn(record, version));
}

function aliasConfiguration(record: FunctionRecord, alias: FunctionAlias): AliasConfiguration {
  return {
    AliasArn: functionArn(record, alias.name),
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    ...(alias.additionalVersionWeights === undefined
      ? {}
      : { RoutingConfig: { AdditionalVersionWeights: { ...alias.additionalVersionWeights } } }),
    RevisionId: alias.revisionId,
  };
}
