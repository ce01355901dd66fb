/** Web ACLs: create, get, list, update, delete; and what rules would cost. */
import { newRequestId } from '../../../base/ids.ts';
import { referredBy } from '../../../ports/live-web-acl.ts';
import type { ReadTransaction, Store } from '../../../ports/store.ts';
import { type WebAclRecord, webAcls } from '../../../ports/web-acls.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { CreateWebACLRequest, Operations, WebACL } from '../../../wire/generated/wafv2.ts';
import { capacityOf } from '../capacity.ts';
import { find, findToChange, keyOf, listed, newRecord, summaryOf } from '../entities.ts';
import { type Protection, stagesBehind } from '../protected-stages.ts';
import { checkAction, checkRules } from '../rule-checks.ts';
import { shownRules, storedAction, storedRules } from '../stored-rules.ts';
import { inUse, limitExceeded } from '../waf-errors.ts';

/** AWS takes no web ACL of more. */
const maxCapacity = 5_000;

/** Kept as given and shown again. */
const settingNames = [
  ...(['ApplicationConfig', 'AssociationConfig', 'CaptchaConfig', 'ChallengeConfig', 'DataProtectionConfig'] as const),
  ...(['OnSourceDDoSProtectionConfig', 'TokenDomains'] as const),
] as const;

type Content = Pick<
  CreateWebACLRequest,
  'DefaultAction' | 'Rules' | 'VisibilityConfig' | 'CustomResponseBodies' | (typeof settingNames)[number]
>;

export function webAclHandlers(parts: {
  readonly store: Store;
  readonly protection: Protection;
}): Handlers<Operations> {
  const { store, protection } = parts;

  return {
    CreateWebACL: (input, call) =>
      store.write(async (tx) => {
        const base = await newRecord(tx, call, 'webacl', webAcls, input);
        const LabelNamespace = `awswaf:${call.account}:webacl:${input.Name}:`;
        const acl: WebAclRecord = { ...base, LabelNamespace, ...(await contentOf(tx, input)) };
        tx.put(webAcls, keyOf(acl, 'webacl'), acl);
        return { Summary: summaryOf(acl) };
      }),

    GetWebACL: (input, call) =>
      store.read(async (tx) => {
        const acl = await find(tx, call, 'webacl', webAcls, input);
        return { WebACL: shown(acl), LockToken: acl.lockToken };
      }),

    ListWebACLs: (input, call) =>
      store.read(async (tx) => {
        const { items, ...rest } = await listed(tx, call, webAcls, input);
        return { WebACLs: items, ...rest };
      }),

    UpdateWebACL: (input, call) =>
      protection.change(call, async (tx) => {
        const { Id, Name, ARN, LabelNamespace, tags, logging } = await findToChange(tx, call, 'webacl', webAcls, input);
        const acl: WebAclRecord = {
          ...{ Id, Name, ARN, LabelNamespace, tags, lockToken: newRequestId() },
          ...(logging && { logging }),
          ...(input.Description !== undefined && { Description: input.Description }),
          ...(await contentOf(tx, input)),
        };
        tx.put(webAcls, keyOf(acl, 'webacl'), acl);
        return { arn: ARN, answer: { NextLockToken: acl.lockToken } };
      }),

    DeleteWebACL: (input, call) =>
      store.write(async (tx) => {
        const acl = await findToChange(tx, call, 'webacl', webAcls, input);
        if ((await stagesBehind(tx, new Set([acl.ARN]))).length > 0) throw inUse();
        tx.delete(webAcls, keyOf(acl, 'webacl'));
        return {};
      }),

    CheckCapacity: ({ Rules }) =>
      store.read(async (tx) => {
        const rules = storedRules(Rules);
        const referred = await referredBy(tx, { Rules: rules });
        checkRules(rules, 'web ACL', referred);
        return { Capacity: capacityOf(rules, referred.ruleGroups) };
      }),
  };
}

type StoredContent = Omit<
  WebAclRecord,
  'Id' | 'Name' | 'ARN' | 'Description' | 'lockToken' | 'tags' | 'LabelNamespace'
>;

/** What a create and an update say of a web ACL, checked. */
async function contentOf(tx: ReadTransaction, input: Content): Promise<StoredContent> {
  const { CustomResponseBodies, VisibilityConfig } = input;
  const Rules = storedRules(input.Rules);
  const DefaultAction = storedAction(input.DefaultAction);
  const referred = await referredBy(tx, { Rules });
  checkRules(Rules, 'web ACL', referred, CustomResponseBodies);
  checkAction(DefaultAction, CustomResponseBodies ?? {}, 'DEFAULT_ACTION');
  const Capacity = capacityOf(Rules, referred.ruleGroups);
  if (Capacity > maxCapacity) throw limitExceeded();
  const settings = Object.fromEntries(
    settingNames.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
  return {
    ...{ DefaultAction, Rules, VisibilityConfig, Capacity },
    ...(CustomResponseBodies && { CustomResponseBodies }),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

export function shown({
  lockToken: _l,
  tags: _t,
  logging: _g,
  settings,
  Rules,
  Description = '',
  ...acl
}: WebAclRecord): WebACL {
  return { ...acl, ...settings, Description, Rules: shownRules(Rules), ManagedByFirewallManager: false };
}
