/** The filters of DescribeParameters and GetParametersByPath: which keys and options each takes, and what they let through. */
import type { ParameterStringFilter } from '../../wire/generated/ssm.ts';
import { checkedPath } from './names.ts';
import { latestOf, type ParameterRecord } from './records.ts';
import { badFilterKey, badFilterOption, noFilterValues } from './refusals.ts';

export type FilteringOperation = 'DescribeParameters' | 'GetParametersByPath';

const keysOf: Readonly<Record<FilteringOperation, readonly string[]>> = {
  DescribeParameters: ['Path', 'Name', 'Type', 'KeyId', 'Tier', 'DataType', 'tag:<key>'],
  GetParametersByPath: ['Type', 'KeyId', 'Label'],
};

type Test = (record: ParameterRecord) => boolean;

/** Whether all filters let a parameter through. Throws a Problem for a filter that the operation does not take. */
export function compileFilters(filters: readonly ParameterStringFilter[], operation: FilteringOperation): Test {
  const tests = filters.map((filter) => compileFilter(filter, operation));
  return (record) => tests.every((test) => test(record));
}

function compileFilter({ Key, Option, Values }: ParameterStringFilter, operation: FilteringOperation): Test {
  const isTag = Key.startsWith('tag:');
  const valid = keysOf[operation];
  if (!valid.includes(isTag ? 'tag:<key>' : Key)) throw badFilterKey(Key, valid);
  if (isTag) return tagTest(Key.slice('tag:'.length), Option ?? 'Equals', Values);
  if (Values === undefined || Values.length === 0) throw noFilterValues(Key);
  if (Key === 'Path') return pathTest(Option ?? 'OneLevel', Values);
  const isSome = textTest(
    Option ?? 'Equals',
    Values,
    Key === 'Name' ? ['Equals', 'BeginsWith', 'Contains'] : ['Equals', 'BeginsWith'],
  );
  if (Key === 'Label') return ({ versions }) => versions.some(({ labels }) => labels.some(isSome));
  return (record) => {
    const { type, keyId, tier, dataType } = latestOf(record);
    switch (Key) {
      case 'Name':
        return isSome(record.name) || isSome(record.name.replace(/^\//, ''));
      case 'Type':
        return isSome(type);
      case 'KeyId':
        return keyId !== undefined && isSome(keyId);
      case 'Tier':
        return isSome(tier);
      default:
        return isSome(dataType);
    }
  };
}

function textTest(option: string, values: readonly string[], valid: readonly string[]): (text: string) => boolean {
  if (!valid.includes(option)) throw badFilterOption(option, valid);
  return (text) =>
    values.some((value) =>
      option === 'Equals' ? text === value : option === 'BeginsWith' ? text.startsWith(value) : text.includes(value),
    );
}

function tagTest(key: string, option: string, values: readonly string[] | undefined): Test {
  const isSome = values?.length ? textTest(option, values, ['Equals', 'BeginsWith']) : () => true;
  return ({ tags }) => tags.some((tag) => tag.Key === key && isSome(tag.Value));
}

function pathTest(option: string, values: readonly string[]): Test {
  if (option !== 'Recursive' && option !== 'OneLevel') throw badFilterOption(option, ['Recursive', 'OneLevel']);
  const paths = values.map(checkedPath);
  return ({ name }) => paths.some((path) => isBelow(name, path, option === 'Recursive'));
}

/** Whether a name stands below a path; names without a slash stand below `/`. */
export function isBelow(name: string, path: string, recursive: boolean): boolean {
  const whole = name.startsWith('/') ? name : `/${name}`;
  const prefix = path === '/' ? '/' : `${path}/`;
  return whole.startsWith(prefix) && (recursive || !whole.includes('/', prefix.length));
}
