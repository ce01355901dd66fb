/** Parameters looked at: by name, by path, in all their versions, or only what they are. */
import { Problem } from '../../../base/problem.ts';
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations, Parameter, ParameterMetadata } from '../../../wire/generated/ssm.ts';
import { compileFilters, isBelow } from '../filters.ts';
import { checkedPath, namedParameter, versionOf } from '../names.ts';
import { type ParameterParts, pageOf, parameterOf } from '../parts.ts';
import { arnOf, latestOf, type ParameterRecord, type ParameterVersion, parameters } from '../records.ts';
import { twoKindsOfFilters } from '../refusals.ts';

const pageSize = 10;
const historyPageSize = 50;

export function readingHandlers({ store, sealed }: ParameterParts): Handlers<Operations> {
  function shownValue(record: ParameterRecord, version: ParameterVersion, decrypted: boolean): string {
    const { value, keyId } = version;
    return keyId !== undefined && decrypted ? sealed.open(value, keyId, arnOf(record)) : value;
  }

  function shown(
    record: ParameterRecord,
    version: ParameterVersion,
    selector: string | undefined,
    decrypted: boolean,
  ): Parameter {
    return {
      Name: record.name,
      Type: version.type,
      Value: shownValue(record, version, decrypted),
      Version: version.version,
      ...(selector !== undefined && { Selector: selector }),
      LastModifiedDate: version.modifiedAtMs,
      ARN: arnOf(record),
      DataType: version.dataType,
    };
  }

  const all = async (tx: ReadTransaction, { account, region }: Call): Promise<ParameterRecord[]> =>
    (await tx.list(parameters, [account, region])).map(({ value }) => value);

  return {
    GetParameter: ({ Name, WithDecryption = false }, call) =>
      store.read(async (tx) => {
        const named = namedParameter(Name, call);
        const record = await parameterOf(tx, named, call);
        return { Parameter: shown(record, versionOf(record, named.selector), named.selector, WithDecryption) };
      }),

    GetParameters: ({ Names, WithDecryption = false }, call) =>
      store.read(async (tx) => {
        const Parameters: Parameter[] = [];
        const InvalidParameters: string[] = [];
        for (const given of new Set(Names)) {
          try {
            const named = namedParameter(given, call);
            const { selector } = named;
            const record = await parameterOf(tx, named, call);
            Parameters.push(shown(record, versionOf(record, selector), selector, WithDecryption));
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
            InvalidParameters.push(given);
          }
        }
        return { Parameters, InvalidParameters };
      }),

    GetParametersByPath(input, call) {
      const { Recursive = false, WithDecryption = false, MaxResults = pageSize, ParameterFilters = [] } = input;
      const path = checkedPath(input.Path);
      const isWanted = compileFilters(ParameterFilters, 'GetParametersByPath');
      // A label asks for the version that has it.
      const labels = ParameterFilters.filter(({ Key }) => Key === 'Label').flatMap(({ Values }) => Values ?? []);
      return store.read(async (tx) => {
        const below = (await all(tx, call)).filter(
          (record) => isBelow(record.name, path, Recursive) && isWanted(record),
        );
        const { items, ...next } = pageOf(below, ({ name }) => name, input.NextToken, MaxResults);
        const Parameters = items.map((record) => {
          const labelled = record.versions.find((each) => each.labels.some((label) => labels.includes(label)));
          return shown(record, labelled ?? latestOf(record), undefined, WithDecryption);
        });
        return { Parameters, ...next };
      });
    },

    GetParameterHistory: ({ Name, WithDecryption = false, MaxResults = historyPageSize, NextToken }, call) =>
      store.read(async (tx) => {
        const record = await parameterOf(tx, namedParameter(Name, call), call);
        const keyOf = ({ version }: ParameterVersion): string => String(version).padStart(12, '0');
        const { items, ...next } = pageOf(record.versions, keyOf, NextToken, MaxResults);
        const Parameters = items.map((version) => ({
          ...metadata(record, version),
          Value: shownValue(record, version, WithDecryption),
          Labels: version.labels,
        }));
        return { Parameters, ...next };
      }),

    DescribeParameters(input, call) {
      const { Filters, ParameterFilters, MaxResults = pageSize, NextToken, Shared } = input;
      if (Filters?.length && ParameterFilters?.length) throw twoKindsOfFilters();
      const isWanted = compileFilters(ParameterFilters ?? Filters ?? [], 'DescribeParameters');
      return store.read(async (tx) => {
        // Parameters are not shared between accounts here.
        const wanted = Shared === true ? [] : (await all(tx, call)).filter(isWanted);
        const { items, ...next } = pageOf(wanted, ({ name }) => name, NextToken, MaxResults);
        const Parameters = items.map((record) => ({ ...metadata(record, latestOf(record)), ARN: arnOf(record) }));
        return { Parameters, ...next };
      });
    },
  };
}

function metadata({ name }: ParameterRecord, version: ParameterVersion): ParameterMetadata {
  const { type, keyId, description, allowedPattern, tier, dataType } = version;
  return {
    Name: name,
    Type: type,
    ...(keyId !== undefined && { KeyId: keyId }),
    LastModifiedDate: version.modifiedAtMs,
    LastModifiedUser: version.modifiedBy,
    ...(description !== undefined && { Description: description }),
    ...(allowedPattern !== undefined && { AllowedPattern: allowedPattern }),
    Version: version.version,
    Tier: tier,
    Policies: [],
    DataType: dataType,
  };
}
