/** `Auth: ResourcePolicy` of a REST API as a policy document. */
import type { Json, JsonMap } from '../records.ts';
import { isMap } from '../template/intrinsics.ts';
import { InvalidResource } from './invalid.ts';

const known: ReadonlySet<string> = new Set([
  'CustomStatements',
  'IpRangeBlacklist',
  'IpRangeWhitelist',
  'AwsAccountBlacklist',
  'AwsAccountWhitelist',
]);
const everywhere = 'execute-api:/*';

export function resourcePolicy(logicalId: string, auth: JsonMap): Json | undefined {
  const policy = auth['ResourcePolicy'];
  if (!isMap(policy)) return undefined;
  const unknown = Object.keys(policy).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new InvalidResource(logicalId, `${unknown} of a ResourcePolicy is not supported here.`);
  const statements: Json[] = [];
  const list = (name: string): readonly Json[] => (policy[name] ?? []) as readonly Json[];
  const { CustomStatements } = policy;
  if (CustomStatements !== undefined) {
    statements.push(...(Array.isArray(CustomStatements) ? (CustomStatements as readonly Json[]) : [CustomStatements]));
  }
  const add = (Effect: 'Allow' | 'Deny', Principal: Json, Condition?: Json): void => {
    statements.push({
      ...{ Effect, Principal, Action: 'execute-api:Invoke', Resource: [everywhere] },
      ...(Condition !== undefined && { Condition }),
    });
  };
  const accounts = (name: string): Json => ({
    AWS: list(name).map((each) => (/^\d{12}$/.test(String(each)) ? `arn:aws:iam::${String(each)}:root` : each)),
  });
  if (list('AwsAccountWhitelist').length > 0) add('Allow', accounts('AwsAccountWhitelist'));
  if (list('AwsAccountBlacklist').length > 0) add('Deny', accounts('AwsAccountBlacklist'));
  if (list('IpRangeWhitelist').length > 0) {
    add('Allow', '*');
    add('Deny', '*', { NotIpAddress: { 'aws:SourceIp': [...list('IpRangeWhitelist')] } });
  }
  if (list('IpRangeBlacklist').length > 0) {
    if (list('IpRangeWhitelist').length === 0) add('Allow', '*');
    add('Deny', '*', { IpAddress: { 'aws:SourceIp': [...list('IpRangeBlacklist')] } });
  }
  return statements.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements };
}
