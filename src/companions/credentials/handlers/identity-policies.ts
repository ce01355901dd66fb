/** Inline and attached policies, boundaries and tags: the operations that users, groups and roles have in the same form. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations, Tag } from '../../../wire/generated/iam.ts';
import { attachedPolicy } from '../answers.ts';
import {
  checkPolicyText,
  type Directory,
  encodedDocument,
  type IdentityKind,
  identity,
  keep,
  pageOf,
  policySize,
  requireAttachable,
  withoutTags,
  withTags,
} from '../directory.ts';
import { limitExceeded, noSuchEntity, unmodifiable } from '../iam-errors.ts';
import { parseIamArn } from '../names.ts';
import type { IdentityRecord } from '../records.ts';

/** Characters all inline policies of one may have together. */
const maxInline: Readonly<Record<IdentityKind, number>> = { user: 2048, group: 5120, role: 10_240 };
const maxAttached = 10;

/** An input of any of these operations; the name is in the member its kind has. */
interface NamedInput {
  readonly UserName?: string;
  readonly GroupName?: string;
  readonly RoleName?: string;
  readonly PolicyName?: string;
  readonly PolicyDocument?: string;
  readonly PolicyArn?: string;
  readonly PermissionsBoundary?: string;
  readonly PathPrefix?: string;
  readonly Tags?: readonly Tag[];
  readonly TagKeys?: readonly string[];
  readonly Marker?: string;
  readonly MaxItems?: number;
}

type AnyHandler = (input: NamedInput, call: Call) => Promise<unknown>;

export function identityPolicyHandlers(directory: Directory): Handlers<Operations> {
  // The names are put together of the kind and the verb; createService checks them against the model.
  return { ...handlersOf('user', directory), ...handlersOf('group', directory), ...handlersOf('role', directory) };
}

function handlersOf(kind: IdentityKind, directory: Directory): Handlers<Operations> {
  const Kind = `${kind[0]!.toUpperCase()}${kind.slice(1)}`;
  const member = `${Kind}Name` as 'UserName' | 'GroupName' | 'RoleName';

  function change(
    input: NamedInput,
    { account }: Call,
    make: (record: IdentityRecord) => IdentityRecord,
  ): Promise<void> {
    return directory.write(async (tx) => {
      const record = await identity(tx, kind, account, input[member]!);
      keep(tx, kind, make(requireOwn(record)));
    });
  }

  function look<T>(input: NamedInput, { account }: Call, at: (record: IdentityRecord) => T): Promise<T> {
    return directory.read(async (tx) => at(await identity(tx, kind, account, input[member]!)));
  }

  const handlers: Record<string, AnyHandler> = {
    [`Put${Kind}Policy`]: (input, call) =>
      change(input, call, (record) => {
        checkPolicyText(input.PolicyDocument!, 'identity');
        const inline = { ...record.inline, [input.PolicyName!]: input.PolicyDocument! };
        const size = Object.values(inline).reduce((sum, text) => sum + policySize(text), 0);
        if (size > maxInline[kind]) {
          throw limitExceeded(`Maximum policy size of ${maxInline[kind]} bytes exceeded for ${kind} ${record.name}`);
        }
        return { ...record, inline };
      }),

    [`Get${Kind}Policy`]: (input, call) =>
      look(input, call, (record) => ({
        [member]: record.name,
        PolicyName: input.PolicyName,
        PolicyDocument: encodedDocument(inlineOf(record, input.PolicyName!)),
      })),

    [`Delete${Kind}Policy`]: (input, call) =>
      change(input, call, (record) => {
        inlineOf(record, input.PolicyName!);
        const { [input.PolicyName!]: _, ...inline } = record.inline;
        return { ...record, inline };
      }),

    [`List${Kind}Policies`]: (input, call) =>
      look(input, call, ({ inline }) => {
        const { items, ...page } = pageOf(Object.keys(inline).sort(), input);
        return { PolicyNames: items, ...page };
      }),

    [`Attach${Kind}Policy`]: (input, call) =>
      directory.write(async (tx) => {
        const record = requireOwn(await identity(tx, kind, call.account, input[member]!));
        const arn = input.PolicyArn!;
        await requireAttachable(tx, call.account, arn);
        if (record.attached.includes(arn)) return;
        if (record.attached.length >= maxAttached) {
          throw limitExceeded(`Cannot exceed quota for PoliciesPer${Kind}: ${maxAttached}`);
        }
        keep(tx, kind, { ...record, attached: [...record.attached, arn] });
      }),

    [`Detach${Kind}Policy`]: (input, call) =>
      change(input, call, (record) => {
        if (!record.attached.includes(input.PolicyArn!)) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
        return { ...record, attached: record.attached.filter((arn) => arn !== input.PolicyArn) };
      }),

    [`ListAttached${Kind}Policies`]: (input, call) =>
      look(input, call, ({ attached }) => {
        const prefix = input.PathPrefix ?? '/';
        const found = attached.filter((arn) => (parseIamArn('policy', arn)?.path ?? '/').startsWith(prefix));
        const { items, ...page } = pageOf(found, input);
        return { AttachedPolicies: items.map(attachedPolicy), ...page };
      }),

    ...(kind === 'group' ? {} : boundariesAndTags()),
  };
  return handlers as Handlers<Operations>;

  function inlineOf(record: IdentityRecord, name: string): string {
    if (Object.hasOwn(record.inline, name)) return record.inline[name]!;
    throw noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);
  }

  function boundariesAndTags(): Record<string, AnyHandler> {
    return {
      [`Put${Kind}PermissionsBoundary`]: (input, call) =>
        directory.write(async (tx) => {
          const record = requireOwn(await identity(tx, kind, call.account, input[member]!));
          await requireAttachable(tx, call.account, input.PermissionsBoundary!);
          keep(tx, kind, { ...record, boundary: input.PermissionsBoundary! });
        }),

      [`Delete${Kind}PermissionsBoundary`]: (input, call) =>
        change(input, call, ({ boundary: _, ...record }) => record),

      [`Tag${Kind}`]: (input, call) =>
        change(input, call, (record) => ({ ...record, tags: withTags(record.tags, input.Tags!) })),

      [`Untag${Kind}`]: (input, call) =>
        change(input, call, (record) => ({ ...record, tags: withoutTags(record.tags, input.TagKeys!) })),

      [`List${Kind}Tags`]: (input, call) =>
        look(input, call, ({ tags }) => {
          const { items, ...page } = pageOf(tags, input);
          return { Tags: items, ...page };
        }),
    };
  }
}

/** What a service keeps for itself, its customers cannot change. */
function requireOwn<T extends IdentityRecord>(record: T): T {
  if (!record.path.startsWith('/aws-service-role/')) return record;
  throw unmodifiable(
    `Cannot perform the operation on the protected role '${record.name}' - this role is only modifiable by AWS`,
  );
}
