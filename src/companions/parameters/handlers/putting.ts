/** Parameters come, get new versions, and go. */
import { RE2JS } from 're2js';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations, PutParameterRequest } from '../../../wire/generated/ssm.ts';
import { checkName, namedParameter } from '../names.ts';
import { findParameter, type ParameterParts, parameterOf, put } from '../parts.ts';
import {
  arnOf,
  latestOf,
  type ParameterRecord,
  type ParameterTier,
  type ParameterType,
  parameters,
} from '../records.ts';
import {
  alreadyThere,
  badDataType,
  badPattern,
  emptyValue,
  keyOfPlainParameter,
  noType,
  notVerifiable,
  oldestIsLabelled,
  patternMismatch,
  tagsWithOverwrite,
  tierGoesDown,
  tooLongForAdvanced,
  tooLongForStandard,
  typeChanges,
} from '../refusals.ts';
import { checkedTags } from '../tags.ts';

/** Of a parameter so many versions are kept; the oldest goes when one more comes. */
const maxVersions = 100;
const standardCharacters = 4096;
const advancedCharacters = 8192;
/** The key that SecureStrings have whose KeyId is not given. */
const defaultKeyId = 'alias/aws/ssm';

export function puttingHandlers({ store, clock, sealed }: ParameterParts): Handlers<Operations> {
  return {
    async PutParameter(input, call) {
      const { Name, Value, Overwrite = false, Tags } = input;
      checkName(Name);
      if (Overwrite && Tags !== undefined && Tags.length > 0) throw tagsWithOverwrite();
      if (Value === '') throw emptyValue();
      checkDataType(input.DataType);
      if (input.Policies !== undefined && input.Policies !== '' && input.Policies !== '[]') {
        throw notVerifiable('A policy of a parameter');
      }
      const tags = checkedTags(Tags);
      const { account, region } = call;
      const arn = arnOf({ account, region, name: Name });
      return store.write(async (tx) => {
        const known = await findParameter(tx, { name: Name, selector: undefined }, call);
        const before = known && latestOf(known);
        if (known !== undefined && !Overwrite) throw alreadyThere();
        const type = (input.Type ?? before?.type) as ParameterType | undefined;
        if (type === undefined) throw noType();
        if (before !== undefined && before.type !== type) throw typeChanges();
        if (input.KeyId !== undefined && type !== 'SecureString') throw keyOfPlainParameter();
        const allowedPattern = input.AllowedPattern ?? before?.allowedPattern;
        checkPattern(Value, allowedPattern);
        const tier = tierOf(input, before?.tier);
        const keyId = type === 'SecureString' ? (input.KeyId ?? before?.keyId ?? defaultKeyId) : undefined;
        const description = input.Description ?? before?.description;
        const version = (before?.version ?? 0) + 1;
        const next = {
          ...{ version, type, tier, labels: [], modifiedAtMs: clock.now(), modifiedBy: call.callerArn },
          value: keyId === undefined ? Value : sealed.seal(Value, keyId, arn),
          ...(keyId !== undefined && { keyId }),
          ...(description !== undefined && { description }),
          ...(allowedPattern !== undefined && { allowedPattern }),
          dataType: input.DataType ?? before?.dataType ?? 'text',
        };
        const record: ParameterRecord = { account, region, name: Name, tags: known?.tags ?? tags, versions: [] };
        put(tx, { ...record, versions: [...roomFor(known), next] });
        return { Version: version, Tier: tier };
      });
    },

    async DeleteParameter({ Name }, call) {
      await store.write(async (tx) => {
        const { account, region, name } = await parameterOf(tx, namedParameter(Name, call), call);
        tx.delete(parameters, [account, region, name]);
      });
      return {};
    },

    DeleteParameters: ({ Names }, call) =>
      store.write(async (tx) => {
        const DeletedParameters: string[] = [];
        const InvalidParameters: string[] = [];
        for (const name of new Set(Names)) {
          const record = await findParameter(tx, namedParameter(name, call), call);
          if (record === undefined) InvalidParameters.push(name);
          else {
            tx.delete(parameters, [record.account, record.region, record.name]);
            DeletedParameters.push(name);
          }
        }
        return { DeletedParameters, InvalidParameters };
      }),
  };
}

function roomFor(known: ParameterRecord | undefined): ParameterRecord['versions'] {
  const versions = known?.versions ?? [];
  if (versions.length < maxVersions) return versions;
  const [oldest, ...rest] = versions;
  if (oldest!.labels.length > 0) throw oldestIsLabelled(known!.name, oldest!.version);
  return rest;
}

function tierOf({ Tier, Value }: PutParameterRequest, before: ParameterTier | undefined): ParameterTier {
  if (Value.length > advancedCharacters) throw tooLongForAdvanced();
  if (Tier === 'Advanced') return 'Advanced';
  if (Tier === 'Standard' && before === 'Advanced') throw tierGoesDown();
  const isLong = Value.length > standardCharacters;
  if (before === 'Advanced') return 'Advanced';
  if (isLong && Tier !== 'Intelligent-Tiering') throw tooLongForStandard();
  return isLong ? 'Advanced' : 'Standard';
}

/** Patterns come from callers: RE2 takes time in proportion to the text, whatever the pattern. */
function checkPattern(value: string, pattern: string | undefined): void {
  if (pattern === undefined || pattern === '') return;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch {
    throw badPattern(pattern);
  }
  if (!compiled.matcher(value).find()) throw patternMismatch(pattern);
}

/** `aws:ec2:image` and `aws:ssm:integration` promise that AWS has looked at the value. */
function checkDataType(dataType: string | undefined): void {
  if (dataType === undefined || dataType === 'text') return;
  if (dataType === 'aws:ec2:image' || dataType === 'aws:ssm:integration') {
    throw notVerifiable(`A parameter of the data type ${dataType}`);
  }
  throw badDataType(dataType);
}
