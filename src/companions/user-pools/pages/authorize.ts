/** `/oauth2/authorize`: sends the browser to sign in, here or elsewhere, or back to the application at once. */
import type { HttpReply } from '../../../base/http.ts';
import { grantedReply, readAuthorization } from './authorization.ts';
import { browserSession } from './browser-session.ts';
import { toProvider } from './federation.ts';
import type { Grants } from './grants.ts';
import type { PageRequest } from './page-request.ts';
import { redirect, withParameters } from './replies.ts';

/** Answers the endpoint. A browser that has signed in within the last hour goes straight back. */
export async function authorizeEndpoint(page: PageRequest, grants: Grants): Promise<HttpReply> {
  const authorization = await readAuthorization(page, page.query);
  if ('status' in authorization) return authorization;
  const { prompt } = page.query;
  const session = prompt === 'login' ? undefined : await browserSession(page);
  if (session !== undefined) return grantedReply(page, grants, authorization, session, []);
  if (prompt === 'none') {
    const { redirectUri, state } = authorization;
    return redirect(withParameters(redirectUri, { error: 'login_required', state }, '?'));
  }
  // Where there is one way to sign in, nobody is asked which.
  const { provider, takesPasswords, elsewhere } = authorization;
  const only = !takesPasswords && elsewhere.length === 1 ? elsewhere[0] : undefined;
  const chosen = provider ?? only;
  if (chosen !== undefined && chosen !== 'COGNITO') return toProvider(page, authorization, chosen);
  return redirect(`${page.base}/login?${page.request.query}`);
}
