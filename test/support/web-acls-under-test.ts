/** Web ACLs in a few words, made with the official client. */
import {
  AssociateWebACLCommand,
  CreateWebACLCommand,
  type CreateWebACLCommandInput,
  GetWebACLCommand,
  type Rule,
  type Statement,
  UpdateWebACLCommand,
  WAFV2Client,
} from '@aws-sdk/client-wafv2';
import { clientConfig, type TestGatewright } from './gatewright-in-process.ts';

export const visibility = (MetricName: string) => ({
  SampledRequestsEnabled: true,
  CloudWatchMetricsEnabled: true,
  MetricName,
});

export const rule = (Name: string, Priority: number, statement: Statement, more: Partial<Rule> = {}): Rule => ({
  ...{ Name, Priority, Statement: statement, VisibilityConfig: visibility(Name) },
  ...(more.OverrideAction === undefined && { Action: { Block: {} } }),
  ...more,
});

export const noTransformation = [{ Priority: 0, Type: 'NONE' as const }];

/** Blocks what holds `bad` somewhere, unless told otherwise. */
export const holdsBad = (FieldToMatch: object, more: object = {}): Statement => ({
  ByteMatchStatement: {
    ...{ FieldToMatch, SearchString: Buffer.from('bad'), PositionalConstraint: 'CONTAINS' as const },
    ...{ TextTransformations: noTransformation, ...more },
  },
});

export const stageArnOf = (apiId: string, stage: string): string =>
  `arn:aws:apigateway:us-east-1::/restapis/${apiId}/stages/${stage}`;

export interface WebAclUnderTest {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
}

export interface WafUnderTest {
  readonly waf: WAFV2Client;
  /** Allows what no rule blocks, unless told otherwise. */
  create(name: string, rules?: readonly Rule[], more?: Partial<CreateWebACLCommandInput>): Promise<WebAclUnderTest>;
  /** Puts other rules in the place of an ACL's own. */
  update(acl: WebAclUnderTest, rules: readonly Rule[], more?: Partial<CreateWebACLCommandInput>): Promise<void>;
  /** Creates one and puts it before the stage. */
  protect(
    apiId: string,
    stage: string,
    rules: readonly Rule[],
    more?: Partial<CreateWebACLCommandInput>,
  ): Promise<WebAclUnderTest>;
  close(): void;
}

let made = 0;

export function wafUnderTest(gatewright: TestGatewright): WafUnderTest {
  const waf = new WAFV2Client(clientConfig(gatewright.endpoint));
  const contentOf = (name: string, rules: readonly Rule[], more: Partial<CreateWebACLCommandInput>) => ({
    ...{ Name: name, Scope: 'REGIONAL' as const, DefaultAction: { Allow: {} }, VisibilityConfig: visibility(name) },
    ...{ Rules: [...rules], ...more },
  });

  const made_: WafUnderTest = {
    waf,
    async create(name, rules = [], more = {}) {
      const { Summary } = await waf.send(new CreateWebACLCommand(contentOf(name, rules, more)));
      return { name, id: Summary!.Id!, arn: Summary!.ARN! };
    },
    async update({ name, id }, rules, more = {}) {
      const { LockToken } = await waf.send(new GetWebACLCommand({ Name: name, Id: id, Scope: 'REGIONAL' }));
      await waf.send(new UpdateWebACLCommand({ ...contentOf(name, rules, more), Id: id, LockToken }));
    },
    async protect(apiId, stage, rules, more = {}) {
      const acl = await made_.create(`acl-${++made}`, rules, more);
      await waf.send(new AssociateWebACLCommand({ WebACLArn: acl.arn, ResourceArn: stageArnOf(apiId, stage) }));
      return acl;
    },
    close: () => waf.destroy(),
  };
  return made_;
}
