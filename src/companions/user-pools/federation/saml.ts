/** Sign-in with a SAML 2.0 provider: the request the browser carries there, and the signed response it posts back. A pool is the service provider `urn:amazon:cognito:sp:{poolId}`. */
import { SAML } from '@node-saml/node-saml';
import { DOMParser, type Element } from '@xmldom/xmldom';
import type { IssuerCalls } from '../../../ports/issuer-calls.ts';
import type { IdentityProviderRecord } from '../records.ts';
import type { ProviderClaims } from './code-exchange.ts';
import { detailOf, nameId } from './provider-kinds.ts';

export interface SamlExchange {
  readonly provider: IdentityProviderRecord;
  readonly calls: IssuerCalls;
  readonly poolId: string;
  /** `https://{domain}/saml2/idpresponse` */
  readonly callbackUrl: string;
  /** Names this sign-in: the response must be to the request that was made of it. */
  readonly nonce: string;
}

/** Clocks of providers may be this far from ours. */
const toleranceMs = 60_000;

/** The provider's page with the request and `state`, which comes back as RelayState. */
export async function samlRequestUrl(exchange: SamlExchange, state: string): Promise<string> {
  const { saml } = await serviceProvider(exchange);
  return saml.getAuthorizeUrlAsync(state, undefined, {});
}

/**
 * Attributes of the user a response names; of attributes with several values the list as Cognito writes it, `[a,b]`. Rejects unless response or assertion is
 * signed by the provider, in time, for this pool, and an answer to this sign-in's request.
 */
export async function claimsOfResponse(exchange: SamlExchange, response: string): Promise<ProviderClaims> {
  const { saml, entityId } = await serviceProvider(exchange);
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response });
  if (profile === null) throw new Error(`${exchange.provider.ProviderName} sent no assertion`);
  // The library looks at the issuer of logouts only.
  if (profile.issuer !== entityId) throw new Error(`${profile.issuer} is not ${exchange.provider.ProviderName}`);
  if (profile.inResponseTo !== requestId(exchange)) {
    throw new Error(`${exchange.provider.ProviderName} answered another request than this sign-in's`);
  }
  const attributes = profile.attributes ?? {};
  const texts = Object.entries(attributes).map(([name, value]) => [
    name,
    Array.isArray(value) ? `[${value.join(',')}]` : value,
  ]);
  return { ...Object.fromEntries(texts), [nameId]: profile.nameID };
}

const requestId = ({ nonce }: SamlExchange): string => `_${nonce}`;

async function serviceProvider(exchange: SamlExchange): Promise<{ saml: SAML; entityId: string }> {
  const { provider, poolId, callbackUrl, calls } = exchange;
  const metadataUrl = detailOf(provider, 'MetadataURL');
  const metadata = detailOf(provider, 'MetadataFile') ?? (metadataUrl && (await calls.getText(metadataUrl))) ?? '';
  const { entryPoint, certificates, entityId } = readMetadata(metadata);
  const saml = new SAML({
    issuer: `urn:amazon:cognito:sp:${poolId}`,
    audience: `urn:amazon:cognito:sp:${poolId}`,
    callbackUrl,
    entryPoint: calls.reachedAt(entryPoint),
    idpCert: certificates,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    // One of both must be: the library refuses an unsigned assertion in an unsigned response.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    acceptedClockSkewMs: toleranceMs,
    generateUniqueId: () => requestId(exchange),
  });
  return { saml, entityId };
}

interface ProviderMetadata {
  /** Where requests go by redirect. */
  readonly entryPoint: string;
  /** Base64 of the certificates it signs with. */
  readonly certificates: string[];
  readonly entityId: string;
}

const metadataNamespace = 'urn:oasis:names:tc:SAML:2.0:metadata';
const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#';
const redirectBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

/** Reads a provider's metadata document. Throws a sentence when it is none. */
export function readMetadata(text: string): ProviderMetadata {
  // Entities could make a short document endless.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw badMetadata('has a document type');
  const parser = new DOMParser({
    errorHandler(_level, message) {
      throw badMetadata(`is not XML: ${message}`);
    },
  });
  const root = text.trim() === '' ? undefined : parser.parseFromString(text, 'text/xml').documentElement;
  const descriptor = root && elements(root, metadataNamespace, 'IDPSSODescriptor')[0];
  if (descriptor === undefined) throw badMetadata('has no IDPSSODescriptor');
  const entityId = (descriptor.parentNode as Element).getAttribute('entityID');
  if (!entityId) throw badMetadata('has no entityID');
  const services = elements(descriptor, metadataNamespace, 'SingleSignOnService');
  const service = services.find((each) => each.getAttribute('Binding') === redirectBinding);
  const entryPoint = service?.getAttribute('Location');
  if (!entryPoint) throw badMetadata('has no single sign-on service by HTTP-Redirect');
  const certificates = elements(descriptor, metadataNamespace, 'KeyDescriptor')
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => elements(key, signatureNamespace, 'X509Certificate'))
    .map((certificate) => (certificate.textContent ?? '').replace(/\s+/g, ''));
  if (certificates.length === 0) throw badMetadata('has no signing certificate');
  return { entryPoint, certificates, entityId };
}

const badMetadata = (what: string): Error => new Error(`The metadata of the SAML provider ${what}`);

function elements(within: Element, namespace: string, name: string): Element[] {
  const found = within.getElementsByTagNameNS(namespace, name);
  return Array.from({ length: found.length }, (_, i) => found.item(i)!);
}
