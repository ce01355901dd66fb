/** Resource policies to begin with, as the developer guide shows them (apigateway-resource-policies-examples). */

export interface PolicyExample {
  readonly name: string;
  readonly policy: (apiArn: string) => unknown;
}

const statement = (Effect: 'Allow' | 'Deny', Principal: unknown, Resource: string, Condition?: unknown) => ({
  ...{ Effect, Principal, Action: 'execute-api:Invoke', Resource },
  ...(Condition !== undefined && { Condition }),
});

const policyOf = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });

export const policyExamples: readonly PolicyExample[] = [
  {
    name: 'AWS account allowlist',
    policy: (api) =>
      policyOf(statement('Allow', { AWS: ['arn:aws:iam::111122223333:root', '444455556666'] }, `${api}/*`)),
  },
  {
    name: 'IP range denylist',
    policy: (api) =>
      policyOf(
        statement('Deny', '*', `${api}/*`, { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '198.51.100.0/24'] } }),
        statement('Allow', '*', `${api}/*`),
      ),
  },
  {
    name: 'Source VPC allowlist',
    policy: (api) =>
      policyOf(
        statement('Deny', '*', `${api}/*`, { StringNotEquals: { 'aws:SourceVpc': 'vpc-1a2b3c4d' } }),
        statement('Allow', '*', `${api}/*`),
      ),
  },
  {
    name: 'Source VPC endpoint allowlist',
    policy: (api) =>
      policyOf(
        statement('Deny', '*', `${api}/*`, { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } }),
        statement('Allow', '*', `${api}/*`),
      ),
  },
];
