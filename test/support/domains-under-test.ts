/** Both control planes over one store, for facts about custom domain names: what the one makes the other shows. */
import { ManualClock } from '../../src/base/clock.ts';
import { makeSelfSigned } from '../../src/base/self-signed.ts';
import { awsDomainLimits, type DomainLimits } from '../../src/control/domains/limits.ts';
import type { DomainPorts } from '../../src/control/domains/ports.ts';
import type { KnownCertificate } from '../../src/ports/certificates.ts';
import type { CustomDomains, DomainChange } from '../../src/ports/custom-domains.ts';
import type { Store } from '../../src/ports/store.ts';
import type { TruststoreObject, TruststoreReading } from '../../src/ports/truststores.ts';
import { createCustomDomains } from '../../src/store/custom-domains.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Call } from '../../src/wire/call.ts';
import type { Operations as V1 } from '../../src/wire/generated/apigateway.ts';
import type { Operations as V2 } from '../../src/wire/generated/apigatewayv2.ts';
import { restControl } from './rest-control.ts';
import { v2Control } from './v2-control.ts';

export interface DomainOptions {
  readonly store?: Store;
  readonly clock?: ManualClock;
  readonly limits?: Partial<DomainLimits>;
  /** What ACM knows; nothing by default. */
  readonly certificates?: Map<string, KnownCertificate>;
  readonly mustKnowCertificates?: boolean;
  readonly readTruststore?: (object: TruststoreObject) => TruststoreReading;
  readonly warnings?: string[];
}

/** The ports of custom domains with fakes for what lies outside. */
export function domainPorts(options: DomainOptions = {}): DomainPorts & { readonly customDomains: CustomDomains } {
  const { store = createMemoryStore(), clock = new ManualClock(), certificates, warnings } = options;
  return {
    store,
    clock,
    customDomains: createCustomDomains(store),
    certificates: { find: async (arn) => certificates?.get(arn) },
    truststores: {
      read: async (object) => options.readTruststore?.(object) ?? { failure: 'there is no S3 in this test' },
    },
    log: { debug() {}, info() {}, warn: (message: string) => void warnings?.push(message), error() {} },
    limits: { ...awsDomainLimits, ...options.limits },
    mustKnowCertificates: options.mustKnowCertificates ?? false,
  };
}

export interface DomainControl {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly live: CustomDomains;
  /** Every published change, in order. */
  readonly changes: readonly DomainChange[];
  /** What an operator would read. */
  readonly warnings: readonly string[];
  v1<Name extends keyof V1>(name: Name, input: V1[Name]['input'], as?: Partial<Call>): Promise<V1[Name]['output']>;
  v2<Name extends keyof V2>(name: Name, input: V2[Name]['input'], as?: Partial<Call>): Promise<V2[Name]['output']>;
}

export function domainControl(options: DomainOptions = {}): DomainControl {
  const { store = createMemoryStore(), clock = new ManualClock() } = options;
  const warnings: string[] = [];
  const domains = domainPorts({ store, clock, warnings, ...options });
  const rest = restControl({ store, clock, domains });
  const v2 = v2Control({ store, clock, domains });
  const changes: DomainChange[] = [];
  domains.customDomains.onChange((change) => changes.push(change));
  return { store, clock, live: domains.customDomains, changes, warnings, v1: rest.call, v2: v2.call };
}

/** Of the account and region of exampleCall. */
export const regionalCertificateArn =
  'arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-4333-8444-555555555555';
export const edgeCertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/99999999-2222-4333-8444-555555555555';

export const regionalDomain = (
  domainName: string,
  more: Partial<V1['CreateDomainName']['input']> = {},
): V1['CreateDomainName']['input'] => ({
  domainName,
  regionalCertificateArn,
  endpointConfiguration: { types: ['REGIONAL'] },
  ...more,
});

/** A REST API with `GET /pets`, deployed; its id. */
export async function makeDeployedApi(control: DomainControl, stageName = 'prod', as?: Partial<Call>): Promise<string> {
  const { id: restApiId, rootResourceId } = await control.v1('CreateRestApi', { name: 'pets' }, as);
  const method = { restApiId: restApiId!, resourceId: rootResourceId!, httpMethod: 'GET' };
  await control.v1('PutMethod', { ...method, authorizationType: 'NONE' }, as);
  await control.v1('PutIntegration', { ...method, type: 'MOCK' }, as);
  await control.v1('CreateDeployment', { restApiId: restApiId!, stageName }, as);
  return restApiId!;
}

/** An HTTP or WebSocket API with a stage; its id. */
export async function makeV2Api(
  control: DomainControl,
  protocol: 'HTTP' | 'WEBSOCKET',
  stage = 'prod',
): Promise<string> {
  const { ApiId } = await control.v2('CreateApi', {
    Name: 'pets',
    ProtocolType: protocol,
    ...(protocol === 'WEBSOCKET' && { RouteSelectionExpression: '$request.body.action' }),
  });
  await control.v2('CreateStage', { ApiId: ApiId!, StageName: stage });
  return ApiId!;
}

/** A truststore of one certificate, good from 2000 to the beginning of a year. */
export async function bundle(name: string, untilYear: number): Promise<string> {
  const { certificate } = await makeSelfSigned({
    algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    name,
    notBeforeMs: Date.UTC(2000, 0, 1),
    notAfterMs: Date.UTC(untilYear, 0, 1),
    extensions: () => [],
  });
  return certificate;
}
