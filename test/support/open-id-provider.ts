/** An OpenID provider for tests, at which everybody who comes is signed in as `user` already. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface OpenIdProvider {
  readonly origin: string;
  /** Claims of whoever comes next; `sub` must be there. */
  user: Readonly<Record<string, unknown>>;
  /** Claims that the ID token has instead of the right ones. */
  spoiled: Readonly<Record<string, unknown>>;
  /** What userinfo tells beside the user's claims. */
  told: Readonly<Record<string, unknown>>;
  /** Whether it is the secret of this client. */
  isSecret: (secret: string) => boolean | Promise<boolean>;
  /** Paths that were asked for, oldest first. */
  readonly asked: readonly string[];
  close(): void;
}

export const clientId = 'gatewright';
export const clientSecret = 'a secret between two';

/** `issuer` is what tokens say; the provider's own origin unless given. */
export async function startOpenIdProvider(issuer?: string): Promise<OpenIdProvider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, { redirectUri: string; nonce: string | null }>();
  const asked: string[] = [];

  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://provider');
    asked.push(url.pathname);
    const json = (status: number, value: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      switch (url.pathname) {
        case '/.well-known/openid-configuration':
          return json(200, {
            issuer: issuer ?? provider.origin,
            authorization_endpoint: `${provider.origin}/authorize`,
            token_endpoint: `${provider.origin}/token`,
            userinfo_endpoint: `${provider.origin}/userinfo`,
            jwks_uri: `${provider.origin}/keys`,
          });
        case '/keys':
          return json(200, { keys: [jwk] });
        case '/authorize':
        case '/dialog/oauth':
        case '/ap/oa': {
          const redirectUri = url.searchParams.get('redirect_uri')!;
          const code = `code-${codes.size}`;
          codes.set(code, { redirectUri, nonce: url.searchParams.get('nonce') });
          const state = url.searchParams.get('state')!;
          if (url.searchParams.get('response_mode') === 'form_post') {
            // What the page's form would post.
            return json(200, { action: redirectUri, form: { code, state } });
          }
          const back = new URL(redirectUri);
          back.searchParams.set('code', code);
          back.searchParams.set('state', state);
          return response.writeHead(302, { location: back.href }).end();
        }
        case '/token':
        case '/oauth/access_token':
        case '/auth/o2/token': {
          const form = new URLSearchParams(Buffer.concat(chunks).toString());
          const code = codes.get(form.get('code') ?? '');
          codes.delete(form.get('code') ?? '');
          if (code === undefined || code.redirectUri !== form.get('redirect_uri')) {
            return json(400, { error: 'invalid_grant' });
          }
          if (form.get('client_id') !== clientId || !(await provider.isSecret(form.get('client_secret') ?? ''))) {
            return json(401, { error: 'invalid_client' });
          }
          const seconds = Math.floor(Date.now() / 1000);
          const claims = {
            iss: issuer ?? provider.origin,
            aud: clientId,
            sub: String(provider.user['sub']),
            nonce: code.nonce,
            iat: seconds,
            exp: seconds + 300,
            ...provider.spoiled,
          };
          const id_token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey);
          return json(200, { access_token: 'at', token_type: 'Bearer', id_token });
        }
        case '/userinfo':
        case '/me':
        case '/user/profile':
          return request.headers.authorization === 'Bearer at'
            ? json(200, { ...provider.user, ...provider.told })
            : json(401, { error: 'invalid_token' });
        default:
          return json(404, {});
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provider: OpenIdProvider = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    user: { sub: 'nobody' },
    spoiled: {},
    told: {},
    isSecret: (secret) => secret === clientSecret,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return provider;
}
