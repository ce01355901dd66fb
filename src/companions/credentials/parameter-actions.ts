/** What calls of Parameter Store are to IAM: the action by its name, on the parameters it names. */
import type { AuthorizedCall } from '../../wire/endpoint.ts';

/** ARNs of the parameters a call names; `*` for one that names none. */
export function parameterResources({ input, call }: AuthorizedCall): string[] {
  const { Name, Names, Path, ResourceId, ResourceType } = input;
  const given = [
    Name,
    Path,
    ResourceType === 'Parameter' ? ResourceId : undefined,
    ...(Array.isArray(Names) ? Names : []),
  ];
  const names = given.filter((name) => typeof name === 'string');
  if (names.length === 0) return ['*'];
  return [...new Set(names.map((name) => arnOfName(name, call)))];
}

/** A version or label behind a colon is no part of the resource. */
function arnOfName(given: string, { region, account }: AuthorizedCall['call']): string {
  if (given.startsWith('arn:')) return given.split(':').slice(0, 6).join(':');
  const name = given.split(':')[0]!;
  return `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}
