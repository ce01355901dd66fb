import { strict as assert } from 'node:assert';
import { after, describe, test } from 'node:test';
import {
  CheckCapacityCommand,
  CreateIPSetCommand,
  CreateRegexPatternSetCommand,
  CreateRuleGroupCommand,
  CreateWebACLCommand,
  DeleteIPSetCommand,
  DeleteRegexPatternSetCommand,
  DeleteRuleGroupCommand,
  DeleteWebACLCommand,
  GetIPSetCommand,
  GetRegexPatternSetCommand,
  GetRuleGroupCommand,
  GetWebACLCommand,
  ListIPSetsCommand,
  ListRegexPatternSetsCommand,
  ListRuleGroupsCommand,
  ListTagsForResourceCommand,
  ListWebACLsCommand,
  type Rule,
  type Statement,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateIPSetCommand,
  UpdateRegexPatternSetCommand,
  UpdateRuleGroupCommand,
  UpdateWebACLCommand,
  WAFV2Client,
} from '@aws-sdk/client-wafv2';
import { clientConfig, startTestGatewright } from '../../../test/support/gatewright-in-process.ts';
import { noTransformation, rule, visibility } from '../../../test/support/web-acls-under-test.ts';
import { createMemoryStore } from '../../store/memory.ts';
import { webAclOperations } from './lazy-web-acls.ts';
import { createSightings } from './sightings.ts';
import { webAclHandlersOf } from './web-acls.ts';

const Scope = 'REGIONAL' as const;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const bytes = (text: string): Uint8Array => Buffer.from(text);

const contains = (text: string, more: object = {}): Statement => ({
  ByteMatchStatement: {
    SearchString: bytes(text),
    FieldToMatch: { QueryString: {} },
    TextTransformations: noTransformation,
    PositionalConstraint: 'CONTAINS',
    ...more,
  },
});

test('the operations that are loaded late are those there are', () => {
  const handlers = webAclHandlersOf({
    store: createMemoryStore(),
    complaints: () => [],
    publish() {},
    limited: () => [],
    sightings: createSightings(),
  });
  assert.deepEqual(Object.keys(handlers).sort(), [...webAclOperations].sort());
});

describe('web ACLs by the official client', () => {
  const running = startTestGatewright();
  let client: WAFV2Client | undefined;
  const waf = async (): Promise<WAFV2Client> => {
    client ??= new WAFV2Client(clientConfig((await running).endpoint));
    return client;
  };
  after(async () => {
    client?.destroy();
    await (await running).close();
  });

  const acl = (Name: string, more: object = {}) => ({
    ...{ Name, Scope, DefaultAction: { Allow: {} }, VisibilityConfig: visibility(Name), ...more },
  });

  test('[WAF-01] a web ACL has the life of one at AWS', async () => {
    const c = await waf();
    const rules = [rule('words', 0, contains('bäd\0'), { RuleLabels: [{ Name: 'a:b' }] })];
    const Tags = [{ Key: 'team', Value: 'pets' }];
    const { Summary } = await c.send(
      new CreateWebACLCommand(acl('life', { Rules: rules, Description: 'for tests', Tags })),
    );
    const { Id, LockToken } = Summary!;
    const ARN = `arn:aws:wafv2:us-east-1:000000000000:regional/webacl/life/${Id}`;
    assert.deepEqual(Summary, { Name: 'life', Id, Description: 'for tests', LockToken, ARN });
    assert.match(Id!, uuid);
    assert.match(LockToken!, uuid);
    const got = await c.send(new GetWebACLCommand({ Name: 'life', Id, Scope }));
    assert.equal(got.LockToken, LockToken);
    const { Rules, ...rest } = got.WebACL!;
    assert.deepEqual(rest, {
      ...{ Name: 'life', Id, ARN, Description: 'for tests', Capacity: 10, DefaultAction: { Allow: {} } },
      ...{ VisibilityConfig: visibility('life'), ManagedByFirewallManager: false },
      LabelNamespace: 'awswaf:000000000000:webacl:life:',
    });
    assert.deepEqual(Buffer.from(Rules![0]!.Statement!.ByteMatchStatement!.SearchString!).toString(), 'bäd\0');
    assert.deepEqual(Rules![0]!.RuleLabels, [{ Name: 'a:b' }]);
    assert.deepEqual((await c.send(new GetWebACLCommand({ ARN }))).WebACL?.Id, Id);

    const change = { ...acl('life', { DefaultAction: { Block: {} } }), Id, LockToken };
    const { NextLockToken } = await c.send(new UpdateWebACLCommand(change));
    assert.notEqual(NextLockToken, LockToken);
    await assert.rejects(c.send(new UpdateWebACLCommand(change)), { name: 'WAFOptimisticLockException' });
    const changed = (await c.send(new GetWebACLCommand({ ARN }))).WebACL!;
    assert.deepEqual([changed.DefaultAction, changed.Rules, changed.Capacity], [{ Block: {} }, [], 0]);

    await assert.rejects(c.send(new CreateWebACLCommand(acl('life'))), {
      name: 'WAFDuplicateItemException',
      message:
        'AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.',
    });
    const tags = async () => (await c.send(new ListTagsForResourceCommand({ ResourceARN: ARN }))).TagInfoForResource;
    await c.send(new TagResourceCommand({ ResourceARN: ARN, Tags: [{ Key: 'a', Value: '1' }] }));
    assert.deepEqual(await tags(), { ResourceARN: ARN, TagList: [{ Key: 'a', Value: '1' }, ...Tags] });
    await c.send(new UntagResourceCommand({ ResourceARN: ARN, TagKeys: ['team'] }));
    assert.deepEqual((await tags())?.TagList, [{ Key: 'a', Value: '1' }]);

    const named = { Name: 'life', Id, Scope, LockToken: NextLockToken };
    await assert.rejects(c.send(new DeleteWebACLCommand({ ...named, LockToken })), {
      name: 'WAFOptimisticLockException',
    });
    await c.send(new DeleteWebACLCommand(named));
    const gone = {
      name: 'WAFNonexistentItemException',
      message: 'AWS WAF couldn’t perform the operation because your resource doesn’t exist.',
    };
    await assert.rejects(c.send(new GetWebACLCommand({ Name: 'life', Id, Scope })), gone);
    await assert.rejects(c.send(new DeleteWebACLCommand(named)), gone);
  });

  test('[WAF-01] lists come by name, in pages; scopes are apart', async () => {
    const c = await waf();
    for (const Name of ['list-b', 'list-a', 'list-c']) await c.send(new CreateWebACLCommand(acl(Name)));
    const names: string[] = [];
    let NextMarker: string | undefined;
    do {
      const page = await c.send(new ListWebACLsCommand({ Scope, Limit: 2, NextMarker }));
      names.push(...page.WebACLs!.map(({ Name }) => Name!));
      NextMarker = page.NextMarker;
    } while (NextMarker !== undefined);
    assert.deepEqual(
      names.filter((name) => name.startsWith('list-')),
      ['list-a', 'list-b', 'list-c'],
    );
    const { Summary } = await c.send(new CreateWebACLCommand({ ...acl('list-a'), Scope: 'CLOUDFRONT' }));
    assert.match(Summary!.ARN!, /^arn:aws:wafv2:us-east-1:000000000000:global\/webacl\/list-a\//);
    const elsewhere = new WAFV2Client({ ...clientConfig((await running).endpoint), region: 'eu-west-1' });
    await assert.rejects(elsewhere.send(new ListWebACLsCommand({ Scope: 'CLOUDFRONT' })), {
      name: 'WAFInvalidParameterException',
      message: 'Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT',
    });
    assert.deepEqual((await elsewhere.send(new ListWebACLsCommand({ Scope }))).WebACLs, []);
    elsewhere.destroy();
  });

  test('[WAF-03] IP sets, pattern sets and rule groups have their lives too, and none goes while it is used', async () => {
    const c = await waf();
    const ip = await c.send(
      new CreateIPSetCommand({
        Name: 'set',
        Scope,
        IPAddressVersion: 'IPV4',
        Addresses: ['192.0.2.0/24', '192.0.2.0/24'],
      }),
    );
    const ipName = { Name: 'set', Id: ip.Summary!.Id, Scope };
    const { IPSet, LockToken: ipToken } = await c.send(new GetIPSetCommand(ipName));
    assert.deepEqual(IPSet, {
      ...{ Name: 'set', Id: ipName.Id, ARN: ip.Summary!.ARN, Description: '' },
      ...{ IPAddressVersion: 'IPV4', Addresses: ['192.0.2.0/24'] },
    });
    for (const address of ['192.0.2.1', '192.0.2.1/33', '192.0.2.1/0', '2001:db8::/32', 'here/8', '']) {
      const update = new UpdateIPSetCommand({ ...ipName, Addresses: [address], LockToken: ipToken });
      await assert.rejects(c.send(update), { name: /WAFInvalidParameterException|ValidationException/ });
    }
    const regex = await c.send(
      new CreateRegexPatternSetCommand({ Name: 'set', Scope, RegularExpressionList: [{ RegexString: 'a+' }] }),
    );
    const regexName = { Name: 'set', Id: regex.Summary!.Id, Scope };
    const again = { ...regexName, RegularExpressionList: [{ RegexString: 'b+' }], LockToken: regex.Summary!.LockToken };
    const { NextLockToken: regexToken } = await c.send(new UpdateRegexPatternSetCommand(again));
    const { RegexPatternSet } = await c.send(new GetRegexPatternSetCommand(regexName));
    assert.deepEqual(RegexPatternSet?.RegularExpressionList, [{ RegexString: 'b+' }]);

    const Rules = [
      rule('ip', 0, { IPSetReferenceStatement: { ARN: ip.Summary!.ARN } }, { RuleLabels: [{ Name: 'from' }] }),
      rule('asks', 1, { LabelMatchStatement: { Scope: 'LABEL', Key: 'other' } }),
    ];
    const group = { Name: 'group', Scope, Capacity: 2, VisibilityConfig: visibility('group') };
    await assert.rejects(c.send(new CreateRuleGroupCommand({ ...group, Capacity: 1, Rules })), {
      name: 'WAFLimitsExceededException',
    });
    const made = await c.send(new CreateRuleGroupCommand({ ...group, Rules }));
    const groupName = { Name: 'group', Id: made.Summary!.Id, Scope };
    const { RuleGroup } = await c.send(new GetRuleGroupCommand(groupName));
    assert.deepEqual(
      [RuleGroup?.Capacity, RuleGroup?.LabelNamespace, RuleGroup?.AvailableLabels, RuleGroup?.ConsumedLabels],
      [
        2,
        'awswaf:000000000000:rulegroup:group:',
        [{ Name: 'awswaf:000000000000:rulegroup:group:from' }],
        [{ Name: 'other' }],
      ],
    );
    const used = { name: 'WAFAssociatedItemException' };
    await assert.rejects(c.send(new DeleteIPSetCommand({ ...ipName, LockToken: ipToken })), used);
    const user = await c.send(
      new CreateWebACLCommand(
        acl('user', {
          Rules: [
            rule('g', 0, { RuleGroupReferenceStatement: { ARN: made.Summary!.ARN } }, { OverrideAction: { None: {} } }),
          ],
        }),
      ),
    );
    assert.equal((await c.send(new GetWebACLCommand({ ARN: user.Summary!.ARN }))).WebACL?.Capacity, 2);
    await assert.rejects(
      c.send(new DeleteRuleGroupCommand({ ...groupName, LockToken: made.Summary!.LockToken })),
      used,
    );
    const aclName = { Name: 'user', Id: user.Summary!.Id, Scope, LockToken: user.Summary!.LockToken };
    await c.send(new DeleteWebACLCommand(aclName));
    const empty = { ...groupName, VisibilityConfig: visibility('group'), LockToken: made.Summary!.LockToken };
    const { NextLockToken } = await c.send(new UpdateRuleGroupCommand(empty));
    await c.send(new DeleteRuleGroupCommand({ ...groupName, LockToken: NextLockToken }));
    await c.send(new DeleteIPSetCommand({ ...ipName, LockToken: ipToken }));
    await c.send(new DeleteRegexPatternSetCommand({ ...regexName, LockToken: regexToken }));
    assert.deepEqual((await c.send(new ListIPSetsCommand({ Scope }))).IPSets, []);
    assert.deepEqual((await c.send(new ListRegexPatternSetsCommand({ Scope }))).RegexPatternSets, []);
    assert.deepEqual((await c.send(new ListRuleGroupsCommand({ Scope }))).RuleGroups, []);
  });

  test('[WAF-03] rules that say nothing, or two things, are refused with AWS’s reason', async () => {
    const c = await waf();
    const refused = async (Rules: Rule[], expected: object) =>
      assert.rejects(c.send(new CreateWebACLCommand(acl('refused', { Rules }))), expected);
    const invalid = (field: string, parameter: string) => ({
      name: 'WAFInvalidParameterException',
      message: `Error reason: You have used none or multiple values for a field that requires exactly one value., field: ${field}, parameter: ${parameter}`,
      Field: field,
      Parameter: parameter,
    });
    await refused([rule('a', 0, {})], invalid('STATEMENT', 'Statement'));
    await refused([rule('a', 0, { ...contains('x'), GeoMatchStatement: {} })], invalid('STATEMENT', 'Statement'));
    await refused([rule('a', 0, contains('x', { FieldToMatch: {} }))], invalid('FIELD_TO_MATCH', 'FieldToMatch'));
    await refused([rule('a', 0, contains('x'), { Action: {} })], invalid('RULE_ACTION', 'RuleAction'));
    await refused([rule('a', 0, contains('x'), { OverrideAction: { None: {} } })], invalid('RULE', 'Rule'));
    await refused(
      [rule('a', 0, { AndStatement: { Statements: [contains('x')] } })],
      invalid('STATEMENT', 'AndStatement'),
    );
    const twice = { name: 'WAFDuplicateItemException' };
    await refused([rule('a', 0, contains('x')), rule('b', 0, contains('x'))], twice);
    await refused([rule('a', 0, contains('x')), rule('a', 1, contains('x'))], twice);
    const rate = { RateBasedStatement: { Limit: 100, AggregateKeyType: 'IP' as const } };
    const nested = { NotStatement: { Statement: rate } };
    await refused([rule('a', 0, nested)], { name: 'WAFInvalidParameterException', Field: 'STATEMENT' });
    const odd = { RateBasedStatement: { ...rate.RateBasedStatement, EvaluationWindowSec: 61 } };
    await refused([rule('a', 0, odd)], { Field: 'RATE_BASED_STATEMENT', Parameter: '61' });
    const missing = 'arn:aws:wafv2:us-east-1:000000000000:regional/ipset/none/00000000-0000-4000-8000-000000000000';
    await refused([rule('a', 0, { IPSetReferenceStatement: { ARN: missing } })], {
      name: 'WAFInvalidParameterException',
      message: `Error reason: A reference in your rule statement is not valid., field: RULE, parameter: ${missing}`,
    });
    const noBody = { Block: { CustomResponse: { ResponseCode: 400, CustomResponseBodyKey: 'none' } } };
    await refused([rule('a', 0, contains('x'), { Action: noBody })], { Field: 'CUSTOM_RESPONSE_BODY' });
    await assert.rejects(c.send(new CreateWebACLCommand(acl('refused', { Name: 'no name!' }))), {
      name: 'ValidationException',
      message: /^1 validation error detected: Value 'no name!' at 'name' failed to satisfy constraint/,
    });
  });

  test('[WAF-03] rules cost what the guide says', async () => {
    const c = await waf();
    const query = { FieldToMatch: { QueryString: {} }, TextTransformations: noTransformation };
    const two = [
      { Priority: 0, Type: 'LOWERCASE' as const },
      { Priority: 1, Type: 'URL_DECODE' as const },
    ];
    const all = { MatchPattern: { All: {} }, MatchScope: 'ALL' as const };
    const costs: [Statement, number][] = [
      [contains('x'), 10],
      [contains('x', { PositionalConstraint: 'EXACTLY' }), 2],
      [contains('x', { TextTransformations: two }), 30],
      [contains('x', { FieldToMatch: { AllQueryArguments: {} } }), 20],
      [contains('x', { FieldToMatch: { JsonBody: all } }), 20],
      [{ SqliMatchStatement: query }, 20],
      [{ SqliMatchStatement: { ...query, SensitivityLevel: 'HIGH' } }, 30],
      [{ XssMatchStatement: query }, 40],
      [{ SizeConstraintStatement: { ...query, Size: 1, ComparisonOperator: 'GT' } }, 1],
      [{ RegexMatchStatement: { ...query, RegexString: 'a' } }, 3],
      [{ GeoMatchStatement: { CountryCodes: ['DE'] } }, 1],
      [{ RateBasedStatement: { Limit: 100, AggregateKeyType: 'IP' } }, 2],
      [{ RateBasedStatement: { Limit: 100, AggregateKeyType: 'IP', ScopeDownStatement: contains('x') } }, 12],
      [{ NotStatement: { Statement: contains('x') } }, 10],
      [{ OrStatement: { Statements: [contains('x'), { XssMatchStatement: query }] } }, 50],
    ];
    for (const [statement, cost] of costs) {
      const { Capacity } = await c.send(new CheckCapacityCommand({ Scope, Rules: [rule('a', 0, statement)] }));
      assert.equal(Capacity, cost, JSON.stringify(statement));
    }
  });
});
