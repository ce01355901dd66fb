/** Names of parameters: which are allowed, and which parameter and version a name given to a reading operation means. */
import type { Call } from '../../wire/call.ts';
import { latestOf, type ParameterRecord, type ParameterVersion } from './records.ts';
import {
  badName,
  badPath,
  noSuchLabel,
  noSuchParameter,
  noSuchVersion,
  notQualified,
  reservedName,
  tooManyLevels,
} from './refusals.ts';

const maxLevels = 15;

/** Throws a Problem for a name that no parameter may have. */
export function checkName(name: string): void {
  const first = name.replace(/^\//, '');
  if (/^aws/i.test(first)) throw reservedName(name);
  if (/^ssm/i.test(first) || !/^[\w./-]+$/.test(name) || /\/\/|.\/$/.test(name) || first === '') throw badName();
  if (name.includes('/') && !name.startsWith('/')) throw notQualified();
  if (first.split('/').length > maxLevels) throw tooManyLevels();
}

/** Throws a Problem for what is no path: the path of everything is `/`, a slash at the end means nothing. */
export function checkedPath(path: string): string {
  if (!/^\/[\w./-]*$/.test(path) || /\/\//.test(path)) throw badPath();
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** A parameter as callers name it: by name or ARN, with a version or label behind a colon. */
export interface NamedParameter {
  readonly name: string;
  /** The ARN of `plain` is also that of `/plain`. */
  readonly otherName?: string;
  /** `:3` or `:live`. */
  readonly selector: string | undefined;
}

/** An ARN of another account or region names no parameter of the caller's. */
export function namedParameter(given: string, call: Call): NamedParameter {
  const arn = /^arn:[^:]+:ssm:([^:]*):(\d*):parameter(\/[^:]*)(:.*)?$/.exec(given);
  if (arn !== null) {
    const [, region, account, path, selector] = arn;
    if (region !== call.region || account !== call.account) throw noSuchParameter(given);
    const isOneLevel = !path!.includes('/', 1);
    return { name: path!, selector, ...(isOneLevel && { otherName: path!.slice(1) }) };
  }
  const at = given.indexOf(':');
  return at < 0 ? { name: given, selector: undefined } : { name: given.slice(0, at), selector: given.slice(at) };
}

/** Throws ParameterVersionNotFound. */
export function versionOf(record: ParameterRecord, selector: string | undefined): ParameterVersion {
  if (selector === undefined) return latestOf(record);
  const text = selector.slice(1);
  const number = /^\d+$/.test(text) ? Number(text) : undefined;
  const found = record.versions.find(({ version, labels }) =>
    number === undefined ? labels.includes(text) : version === number,
  );
  if (found !== undefined) return found;
  throw number === undefined ? noSuchLabel(record.name, text) : noSuchVersion(record.name, number);
}
