/**
 * What is known of each kind of identity provider: the details it needs, where its endpoints are, and which claim names its users ("Adding user pool sign-in
 * through a third party" in Cognito's developer guide).
 */
import type { IssuerCalls } from '../../../ports/issuer-calls.ts';
import type { IdentityProviderTypeType } from '../../../wire/generated/cognito-idp.ts';
import { invalidParameter, notBuilt } from '../pool-errors.ts';
import type { IdentityProviderRecord } from '../records.ts';

export interface ProviderKind {
  /** Details without which nobody could sign in. */
  readonly required: readonly string[];
  /** Who issues its ID tokens; undefined for providers that give none. */
  readonly issuer?: string;
  readonly endpoints?: Partial<ProviderEndpoints>;
  /** The claim whose value, behind the provider's name, is the username. */
  readonly subject: string;
}

export interface ProviderEndpoints {
  readonly authorize: string;
  readonly token: string;
  /** Where attributes are read that no ID token brings; undefined where there is none. */
  readonly attributes: string | undefined;
  /** Undefined where no ID tokens are issued. */
  readonly keys: string | undefined;
}

const graph = 'https://graph.facebook.com';

const kinds: Readonly<Record<Exclude<IdentityProviderTypeType, 'SAML'>, ProviderKind>> = {
  OIDC: { required: ['client_id', 'authorize_scopes', 'oidc_issuer'], subject: 'sub' },
  Google: {
    required: ['client_id', 'client_secret', 'authorize_scopes'],
    issuer: 'https://accounts.google.com',
    subject: 'sub',
  },
  SignInWithApple: {
    required: ['client_id', 'team_id', 'key_id', 'private_key', 'authorize_scopes'],
    issuer: 'https://appleid.apple.com',
    subject: 'sub',
  },
  Facebook: {
    required: ['client_id', 'client_secret', 'authorize_scopes'],
    endpoints: {
      authorize: 'https://www.facebook.com/dialog/oauth',
      token: `${graph}/oauth/access_token`,
      attributes: `${graph}/me`,
    },
    subject: 'id',
  },
  LoginWithAmazon: {
    required: ['client_id', 'client_secret', 'authorize_scopes'],
    endpoints: {
      authorize: 'https://www.amazon.com/ap/oa',
      token: 'https://api.amazon.com/auth/o2/token',
      attributes: 'https://api.amazon.com/user/profile',
    },
    subject: 'user_id',
  },
};

/** The claim that stands for the subject of a SAML assertion; attributes may have any other name. */
export const nameId = 'NameID';

/** Undefined for SAML, which is another protocol. */
export const kindOf = (type: IdentityProviderTypeType): ProviderKind | undefined =>
  type === 'SAML' ? undefined : kinds[type];

/** One of the provider's details; undefined when empty or not given. */
export function detailOf({ ProviderDetails: details }: IdentityProviderRecord, name: string): string | undefined {
  const value = details?.[name];
  return value === null || value === '' ? undefined : value;
}

const notBuiltDetails = ['IDPInit', 'IDPSignout', 'EncryptedResponses'];

/** Throws InvalidParameterException when details are missing that a sign-in needs. */
export function checkDetails(type: IdentityProviderTypeType, details: Readonly<Record<string, string | null>>): void {
  const required =
    type === 'SAML' ? [['MetadataURL', 'MetadataFile']] : kinds[type].required.map((name): string[] => [name]);
  for (const names of required) {
    if (names.every((name) => (details[name] ?? '') === '')) {
      throw invalidParameter(`The provider details of a ${type} provider must have ${names.join(' or ')}.`);
    }
  }
  for (const name of notBuiltDetails) if (details[name] === 'true') throw notBuilt(`The provider detail ${name}`);
  if (type === 'OIDC' && !/^https?:\/\/[^\s/]+/.test(details['oidc_issuer'] ?? '')) {
    throw invalidParameter(`The oidc_issuer of an OIDC provider must be a URL.`);
  }
}

/** Who signs the provider's ID tokens. */
export const issuerOf = (provider: IdentityProviderRecord): string | undefined =>
  kindOf(provider.ProviderType)?.issuer ?? detailOf(provider, 'oidc_issuer');

/** Where the provider is asked: what its details say, then what its kind fixes, then what it publishes itself (OpenID Connect Discovery). */
export async function endpointsOf(provider: IdentityProviderRecord, calls: IssuerCalls): Promise<ProviderEndpoints> {
  const kind = kindOf(provider.ProviderType);
  const fixed = kind?.endpoints ?? {};
  const named = {
    authorize: detailOf(provider, 'authorize_url') ?? fixed.authorize,
    token: detailOf(provider, 'token_url') ?? fixed.token,
    attributes: detailOf(provider, 'attributes_url') ?? fixed.attributes,
    keys: detailOf(provider, 'jwks_uri') ?? fixed.keys,
  };
  const issuer = issuerOf(provider);
  const isWhole = named.authorize !== undefined && named.token !== undefined && named.keys !== undefined;
  const published =
    issuer === undefined || isWhole
      ? {}
      : await calls.getJson(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`);
  const authorize = named.authorize ?? text(published['authorization_endpoint']);
  const token = named.token ?? text(published['token_endpoint']);
  if (authorize === undefined || token === undefined) {
    throw new Error(`${provider.ProviderName} has no authorization or token endpoint`);
  }
  return {
    authorize: calls.reachedAt(authorize),
    token,
    attributes: named.attributes ?? text(published['userinfo_endpoint']),
    keys: named.keys ?? text(published['jwks_uri']),
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
