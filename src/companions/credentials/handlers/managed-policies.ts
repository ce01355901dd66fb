/** Managed policies and their versions; those of AWS can be looked at and attached. */
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations, PolicyVersion } from '../../../wire/generated/iam.ts';
import { awsPoliciesSinceMs, awsPolicyAnswer, policyAnswer } from '../answers.ts';
import { awsManagedPolicies } from '../aws-managed-policies.ts';
import {
  checkPolicyText,
  type Directory,
  encodedDocument,
  pageOf,
  policyRecord,
  policySize,
  usesOf,
  withoutTags,
  withTags,
} from '../directory.ts';
import { accessDenied, alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from '../iam-errors.ts';
import { iamArn, newUniqueId } from '../names.ts';
import { keyOf, type PolicyRecord, type PolicyVersionRecord, policies } from '../records.ts';

/** Characters of a managed policy without white space. */
const maxCharacters = 6144;
const maxVersions = 5;

function checkDocument(text: string): void {
  checkPolicyText(text, 'identity');
  if (policySize(text) > maxCharacters) throw limitExceeded(`Cannot exceed quota for PolicySize: ${maxCharacters}`);
}

/** AWS's policies are AWS's. */
function requireCustomers(arn: string): void {
  if (arn.startsWith('arn:aws:iam::aws:policy/')) throw accessDenied(`Policies of AWS cannot be changed: ${arn}`);
}

export function managedPolicyHandlers(directory: Directory): Handlers<Operations> {
  const { clock } = directory;

  async function change(
    account: string,
    arn: string,
    make: (policy: PolicyRecord) => PolicyRecord,
  ): Promise<PolicyRecord> {
    requireCustomers(arn);
    return directory.write(async (tx) => {
      const changed = make(await policyRecord(tx, account, arn));
      tx.put(policies, keyOf(account, changed.name), changed);
      return changed;
    });
  }

  async function shown(tx: ReadTransaction, policy: PolicyRecord, isListed = false) {
    const { attached, bounded } = await usesOf(tx, policy.account, iamArn('policy', policy));
    return policyAnswer(policy, attached.length, bounded.length, isListed);
  }

  return {
    CreatePolicy: (input, { account }) =>
      directory.write(async (tx) => {
        checkDocument(input.PolicyDocument);
        if ((await tx.get(policies, keyOf(account, input.PolicyName))) !== undefined) {
          throw alreadyExists(`A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`);
        }
        const nowMs = clock.now();
        const policy: PolicyRecord = {
          account,
          name: input.PolicyName,
          path: input.Path ?? '/',
          id: newUniqueId('ANPA'),
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
          ...(input.Description !== undefined && { description: input.Description }),
          tags: withTags([], input.Tags ?? []),
          versions: [{ id: 'v1', document: input.PolicyDocument, createdAtMs: nowMs }],
          defaultVersionId: 'v1',
          nextVersion: 2,
        };
        tx.put(policies, keyOf(account, policy.name), policy);
        const { Description: _, ...answer } = policyAnswer(policy, 0, 0);
        return { Policy: answer };
      }),

    GetPolicy: (input, { account }) =>
      directory.read(async (tx) => {
        const ofAws = awsManagedPolicies.get(input.PolicyArn);
        if (ofAws === undefined) return { Policy: await shown(tx, await policyRecord(tx, account, input.PolicyArn)) };
        const { attached, bounded } = await usesOf(tx, account, ofAws.arn);
        return { Policy: awsPolicyAnswer(ofAws, attached.length, bounded.length) };
      }),

    ListPolicies: (input, { account }) =>
      directory.read(async (tx) => {
        const found: ReturnType<typeof awsPolicyAnswer>[] = [];
        const isWanted = (path: string): boolean => path.startsWith(input.PathPrefix ?? '/');
        if (input.Scope !== 'AWS') {
          for (const { value } of await tx.list(policies, [account])) {
            if (isWanted(value.path)) found.push(await shown(tx, value, true));
          }
        }
        if (input.Scope !== 'Local') {
          for (const policy of awsManagedPolicies.values()) {
            if (!isWanted(policy.path)) continue;
            const { attached, bounded } = await usesOf(tx, account, policy.arn);
            found.push(awsPolicyAnswer(policy, attached.length, bounded.length));
          }
        }
        const isUsed = ({ AttachmentCount = 0, PermissionsBoundaryUsageCount = 0 }: (typeof found)[number]): boolean =>
          (input.PolicyUsageFilter === 'PermissionsBoundary' ? PermissionsBoundaryUsageCount : AttachmentCount) > 0;
        const isAsked = input.OnlyAttached === true || input.PolicyUsageFilter === 'PermissionsBoundary';
        const { items, ...page } = pageOf(isAsked ? found.filter(isUsed) : found, input);
        return { Policies: items, ...page };
      }),

    DeletePolicy: async (input, { account }) => {
      requireCustomers(input.PolicyArn);
      await directory.write(async (tx) => {
        const policy = await policyRecord(tx, account, input.PolicyArn);
        const { attached, bounded } = await usesOf(tx, account, input.PolicyArn);
        if (attached.length > 0 || bounded.length > 0)
          throw deleteConflict('Cannot delete a policy attached to entities.');
        if (policy.versions.length > 1) {
          throw deleteConflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
          );
        }
        tx.delete(policies, keyOf(account, policy.name));
      });
    },

    CreatePolicyVersion: async (input, { account }) => {
      checkDocument(input.PolicyDocument);
      const nowMs = clock.now();
      const policy = await change(account, input.PolicyArn, (present) => {
        if (present.versions.length >= maxVersions) {
          throw limitExceeded(
            `A managed policy can have up to ${maxVersions} versions. Before you create a new version, you must delete an existing version.`,
          );
        }
        const id = `v${present.nextVersion}`;
        return {
          ...present,
          updatedAtMs: nowMs,
          nextVersion: present.nextVersion + 1,
          versions: [...present.versions, { id, document: input.PolicyDocument, createdAtMs: nowMs }],
          ...(input.SetAsDefault === true && { defaultVersionId: id }),
        };
      });
      return { PolicyVersion: versionAnswer(policy, policy.versions.at(-1)!) };
    },

    GetPolicyVersion: (input, { account }) =>
      directory.read(async (tx) => {
        const { PolicyArn: arn, VersionId } = input;
        const ofAws = awsManagedPolicies.get(arn);
        if (ofAws !== undefined) {
          if (VersionId !== 'v1') throw noSuchVersion(arn, VersionId);
          return { PolicyVersion: { ...awsVersion, Document: encodedDocument(ofAws.document) } };
        }
        const policy = await policyRecord(tx, account, arn);
        const version = versionOf(policy, VersionId);
        return { PolicyVersion: { ...versionAnswer(policy, version), Document: encodedDocument(version.document) } };
      }),

    ListPolicyVersions: (input, { account }) =>
      directory.read(async (tx) => {
        if (awsManagedPolicies.has(input.PolicyArn)) return { Versions: [awsVersion], IsTruncated: false };
        const policy = await policyRecord(tx, account, input.PolicyArn);
        const { items, ...page } = pageOf(policy.versions.toReversed(), input);
        return { Versions: items.map((version) => versionAnswer(policy, version)), ...page };
      }),

    SetDefaultPolicyVersion: async (input, { account }) => {
      await change(account, input.PolicyArn, (policy) => ({
        ...policy,
        updatedAtMs: clock.now(),
        defaultVersionId: versionOf(policy, input.VersionId).id,
      }));
    },

    DeletePolicyVersion: async (input, { account }) => {
      await change(account, input.PolicyArn, (policy) => {
        const { id } = versionOf(policy, input.VersionId);
        if (id === policy.defaultVersionId) throw deleteConflict('Cannot delete the default version of a policy.');
        return { ...policy, versions: policy.versions.filter((version) => version.id !== id) };
      });
    },

    ListEntitiesForPolicy: (input, { account }) =>
      directory.read(async (tx) => {
        if (!awsManagedPolicies.has(input.PolicyArn)) await policyRecord(tx, account, input.PolicyArn);
        const { attached, bounded } = await usesOf(tx, account, input.PolicyArn);
        const isBoundary = input.PolicyUsageFilter === 'PermissionsBoundary';
        const wanted = input.EntityFilter?.toLowerCase();
        const found = (isBoundary ? bounded : attached).filter(
          ([kind, { path }]) => (wanted === undefined || kind === wanted) && path.startsWith(input.PathPrefix ?? '/'),
        );
        const { items, ...page } = pageOf(found, input);
        const named = (kind: string) => items.filter(([each]) => each === kind).map(([, record]) => record);
        return {
          PolicyGroups: named('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
          PolicyUsers: named('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
          PolicyRoles: named('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
          ...page,
        };
      }),

    TagPolicy: async (input, { account }) => {
      await change(account, input.PolicyArn, (policy) => ({ ...policy, tags: withTags(policy.tags, input.Tags) }));
    },

    UntagPolicy: async (input, { account }) => {
      await change(account, input.PolicyArn, (policy) => ({
        ...policy,
        tags: withoutTags(policy.tags, input.TagKeys),
      }));
    },

    ListPolicyTags: (input, { account }) =>
      directory.read(async (tx) => {
        if (awsManagedPolicies.has(input.PolicyArn)) return { Tags: [], IsTruncated: false };
        const { items, ...page } = pageOf((await policyRecord(tx, account, input.PolicyArn)).tags, input);
        return { Tags: items, ...page };
      }),
  };
}

const awsVersion = { VersionId: 'v1', IsDefaultVersion: true, CreateDate: awsPoliciesSinceMs } as const;

function versionAnswer(policy: PolicyRecord, { id, createdAtMs }: PolicyVersionRecord): PolicyVersion {
  return { VersionId: id, IsDefaultVersion: id === policy.defaultVersionId, CreateDate: createdAtMs };
}

function versionOf(policy: PolicyRecord, id: string): PolicyVersionRecord {
  const version = policy.versions.find((each) => each.id === id);
  if (version === undefined) throw noSuchVersion(iamArn('policy', policy), id);
  return version;
}

const noSuchVersion = (arn: string, id: string) =>
  noSuchEntity(`Policy ${arn} version ${id} does not exist or is not attachable.`);
