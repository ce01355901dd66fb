/** Function names as callers write them: a name, a partial ARN or an ARN, each with or without a qualifier. */
import { badParameter } from './function-errors.ts';

export interface FunctionId {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

export interface FunctionReference extends FunctionId {
  /** Version number, `$LATEST` or alias; undefined when the text has none. */
  readonly qualifier: string | undefined;
}

const arnForm =
  /^arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):function:([a-zA-Z0-9_-]+)(?::(\$LATEST|[a-zA-Z0-9_-]+))?$/;
const partialForm = /^(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9_-]+)(?::(\$LATEST|[a-zA-Z0-9_-]+))?$/;

/**
 * Reads `name`, `name:qualifier`, `123456789012:function:name[:qualifier]` or a whole ARN; what is missing comes from `home`.
 * Undefined when the text is none of these.
 */
export function parseFunctionReference(
  text: string,
  home: { account: string; region: string },
): FunctionReference | undefined {
  const arn = arnForm.exec(text);
  if (arn !== null) return { region: arn[1]!, account: arn[2]!, name: arn[3]!, qualifier: arn[4] };
  const partial = partialForm.exec(text);
  if (partial === null) return undefined;
  return { region: home.region, account: partial[1] ?? home.account, name: partial[2]!, qualifier: partial[3] };
}

/** The function an operation names in its path, with the qualifier of the path or of the query, which must not disagree. */
export function functionReference(
  text: string,
  qualifier: string | undefined,
  home: { account: string; region: string },
): FunctionReference {
  const reference = parseFunctionReference(text, home);
  if (reference === undefined) throw badParameter(`${text} is not a valid function name or ARN.`);
  if (reference.qualifier !== undefined && qualifier !== undefined && reference.qualifier !== qualifier) {
    throw badParameter('The derived qualifier from the function name does not match the specified qualifier.');
  }
  return { ...reference, qualifier: reference.qualifier ?? qualifier };
}

/** `arn:aws:lambda:{region}:{account}:function:{name}[:{qualifier}]` */
export function functionArn(id: FunctionId, qualifier?: string): string {
  const arn = `arn:aws:lambda:${id.region}:${id.account}:function:${id.name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}
