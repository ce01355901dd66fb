/** A SAML 2.0 identity provider for tests: its metadata, and responses it has signed. Written in canonical form, so that signing needs no XML library. */
import { createHash, sign } from 'node:crypto';
import { makeSelfSigned } from '../../src/base/self-signed.ts';

export interface SamlAnswer {
  readonly inResponseTo: string;
  readonly audience: string;
  readonly destination: string;
  readonly nameId: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly issuer?: string;
  /** Seconds since it was issued. */
  readonly ageSeconds?: number;
}

export interface SamlProvider {
  readonly metadata: string;
  /** Base64, as forms carry it. `change` tampers with the text after it was signed. */
  response(answer: SamlAnswer, change?: (xml: string) => string): string;
}

export const samlEntity = 'https://corp.example/saml';
export const samlSignOn = 'https://corp.example/saml/sign-on';

const signatures = 'http://www.w3.org/2000/09/xmldsig#';
const assertions = 'urn:oasis:names:tc:SAML:2.0:assertion';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export async function makeSamlProvider(): Promise<SamlProvider> {
  const dayMs = 86_400_000;
  const { certificate, privateKey } = await makeSelfSigned({
    algorithm: {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    },
    name: 'CN=corp.example',
    notBeforeMs: Date.now() - dayMs,
    notAfterMs: Date.now() + dayMs,
    extensions: () => [],
  });
  const base64 = certificate.replace(/-----[A-Z ]+-----|\s/g, '');

  /** An enveloped signature over the element with `id`, whose canonical text is `text`. */
  function signature(id: string, text: string): string {
    const digest = createHash('sha256').update(text).digest('base64');
    const info =
      `<ds:SignedInfo xmlns:ds="${signatures}"><ds:CanonicalizationMethod Algorithm="${exclusive}"></ds:CanonicalizationMethod>` +
      '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>' +
      `<ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${signatures}enveloped-signature"></ds:Transform>` +
      `<ds:Transform Algorithm="${exclusive}"></ds:Transform></ds:Transforms>` +
      '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>' +
      `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
    const value = sign('sha256', Buffer.from(info), privateKey).toString('base64');
    return `<ds:Signature xmlns:ds="${signatures}">${info.replace(` xmlns:ds="${signatures}"`, '')}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`;
  }

  return {
    metadata:
      `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${samlEntity}">` +
      '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
      `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${signatures}"><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
      `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${samlSignOn}"></md:SingleSignOnService>` +
      '</md:IDPSSODescriptor></md:EntityDescriptor>',
    response(answer, change = (xml) => xml) {
      const issuedMs = Date.now() - (answer.ageSeconds ?? 0) * 1000;
      const issued = new Date(issuedMs).toISOString();
      const ends = new Date(issuedMs + 300_000).toISOString();
      const attributes = Object.entries(answer.attributes ?? {}).map(([name, values]) => {
        const texts = values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`);
        return `<saml:Attribute Name="${name}">${texts.join('')}</saml:Attribute>`;
      });
      const opening = `<saml:Assertion xmlns:saml="${assertions}" ID="_assertion" IssueInstant="${issued}" Version="2.0"><saml:Issuer>${answer.issuer ?? samlEntity}</saml:Issuer>`;
      const rest =
        `<saml:Subject><saml:NameID>${answer.nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` +
        `<saml:SubjectConfirmationData InResponseTo="${answer.inResponseTo}" NotOnOrAfter="${ends}" Recipient="${answer.destination}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>` +
        `<saml:Conditions NotBefore="${issued}" NotOnOrAfter="${ends}"><saml:AudienceRestriction><saml:Audience>${answer.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
        `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement></saml:Assertion>`;
      const assertion = `${opening}${signature('_assertion', opening + rest)}${rest}`;
      const xml =
        `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response" InResponseTo="${answer.inResponseTo}" IssueInstant="${issued}" Version="2.0" Destination="${answer.destination}">` +
        `<saml:Issuer xmlns:saml="${assertions}">${answer.issuer ?? samlEntity}</saml:Issuer>` +
        '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>' +
        `${assertion}</samlp:Response>`;
      return Buffer.from(change(xml)).toString('base64');
    },
  };
}
