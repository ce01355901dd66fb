/** `/login`: the sign-in form, its new-password and code forms, and what they send. */
import type { HttpReply } from '../../../base/http.ts';
import { Problem } from '../../../base/problem.ts';
import type { ChallengeNameType } from '../../../wire/generated/cognito-idp.ts';
import { answerChallenge } from '../answer-challenge.ts';
import { type AuthAnswer, afterPassword, type SignIn } from '../challenges.ts';
import type { UserRecord } from '../records.ts';
import { userWithPassword } from '../sign-in.ts';
import { type Authorization, grantedReply, readAuthorization } from './authorization.ts';
import { sessionCookie } from './browser-session.ts';
import { csrfOf, isFromOurForm } from './csrf.ts';
import type { Grants } from './grants.ts';
import { choicePage, type FormField, formPage, noticePage } from './html.ts';
import { formOf, type PageRequest, type Parameters } from './page-request.ts';

/** Answers GET and POST of the sign-in page. */
export async function loginPage(page: PageRequest, grants: Grants): Promise<HttpReply> {
  const authorization = await readAuthorization(page, page.query);
  if ('status' in authorization) return authorization;
  if (page.request.method !== 'POST') return signInForm(page, authorization);
  if (!authorization.takesPasswords) {
    return noticePage(403, 'Sign in', 'The application does not take users of this pool itself.');
  }
  const form = formOf(page.request);
  if (form === undefined || !isFromOurForm(page, form)) {
    return noticePage(
      403,
      'Sign in',
      'This form has been open too long or comes from elsewhere. Go back and try again.',
    );
  }
  return signIn(page, grants, authorization, form);
}

async function signIn(
  page: PageRequest,
  grants: Grants,
  authorization: Authorization,
  form: Parameters,
): Promise<HttpReply> {
  const { parts, pool } = page;
  let done: UserRecord | undefined;
  const sign: SignIn = {
    parts,
    pool,
    client: { ...authorization.client, secret: undefined },
    metadata: undefined,
    // Tokens come later, from the token endpoint or with the redirect.
    whenDone(user) {
      done = user;
      return Promise.resolve({});
    },
  };
  const challenge = form['challenge'] as ChallengeNameType | undefined;
  let answer: AuthAnswer;
  try {
    answer =
      challenge === undefined
        ? await afterPassword(sign, await userWithPassword(sign, form['username'] ?? '', form['password'] ?? ''))
        : await answerChallenge(sign, challenge, responsesOf(challenge, form), form['session']);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    parts.log.info(`Sign-in page of user pool ${pool.id}: ${error.kind}: ${error.why}`);
    const isFormAgain =
      challenge !== undefined &&
      Object.hasOwn(challengeFields, challenge) &&
      form['session'] !== undefined &&
      error.kind !== 'NotAuthorizedException';
    return isFormAgain
      ? challengeForm(page, authorization, challenge, form['session']!, form['username'] ?? '', error.message)
      : signInForm(page, authorization, error.message, form['username']);
  }
  if (done !== undefined) {
    const session = { user: done, authTimeMs: parts.clock.now() };
    return grantedReply(page, grants, authorization, session, [await sessionCookie(page, session)]);
  }
  const { ChallengeName: name, Session: session, ChallengeParameters: parameters } = answer;
  const username = parameters?.['USER_ID_FOR_SRP'] ?? form['username'] ?? '';
  if (name === undefined || session === undefined || !Object.hasOwn(challengeFields, name)) {
    return noticePage(
      501,
      'Sign in',
      `The sign-in page does not know the challenge ${String(name)}. Use the user pools API.`,
    );
  }
  return challengeForm(page, authorization, name, session, username);
}

/** The field of each challenge's form and the response it becomes. */
const challengeFields: Readonly<
  Record<string, { readonly response: string; readonly title: string; readonly field: FormField }>
> = {
  NEW_PASSWORD_REQUIRED: {
    response: 'NEW_PASSWORD',
    title: 'Choose a new password',
    field: { name: 'answer', label: 'New password', type: 'password', autocomplete: 'new-password' },
  },
  SOFTWARE_TOKEN_MFA: {
    response: 'SOFTWARE_TOKEN_MFA_CODE',
    title: 'Enter the code of your authenticator app',
    field: { name: 'answer', label: 'Code', type: 'text', autocomplete: 'one-time-code' },
  },
  SMS_MFA: {
    response: 'SMS_MFA_CODE',
    title: 'Enter the code sent to your phone',
    field: { name: 'answer', label: 'Code', type: 'text', autocomplete: 'one-time-code' },
  },
  EMAIL_OTP: {
    response: 'EMAIL_OTP_CODE',
    title: 'Enter the code sent to your e-mail address',
    field: { name: 'answer', label: 'Code', type: 'text', autocomplete: 'one-time-code' },
  },
};

function responsesOf(challenge: string, form: Parameters): Record<string, string> {
  const known = Object.hasOwn(challengeFields, challenge) ? challengeFields[challenge]!.response : 'ANSWER';
  return { USERNAME: form['username'] ?? '', [known]: form['answer'] ?? '' };
}

function signInForm(page: PageRequest, authorization: Authorization, complaint?: string, username?: string): HttpReply {
  const { takesPasswords, elsewhere } = authorization;
  const choices = elsewhere.map((name) => ({
    href: `${page.base}/oauth2/authorize?${page.request.query}&${new URLSearchParams({ identity_provider: name })}`,
    text: `Sign in with ${name}`,
  }));
  if (!takesPasswords) return choicePage('Sign in', choices);
  const { csrf, cookies } = csrfOf(page);
  const byEmail = page.pool.settings.UsernameAttributes?.includes('email') === true;
  const hint = username ?? page.query['login_hint'];
  return formPage({
    title: 'Sign in',
    complaint,
    action: `${page.base}/login?${page.request.query}`,
    hidden: { _csrf: csrf },
    fields: [
      {
        name: 'username',
        label: byEmail ? 'E-mail' : 'Username',
        type: 'text',
        autocomplete: 'username',
        ...(hint !== undefined && { value: hint }),
      },
      { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
    ],
    button: 'Sign in',
    ...(page.pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true && {
      link: { href: `${page.base}/signup?${page.request.query}`, text: 'Create an account' },
    }),
    choices,
    leadsTo: authorization.redirectUri,
    cookies,
  });
}

function challengeForm(
  page: PageRequest,
  authorization: Authorization,
  challenge: string,
  session: string,
  username: string,
  complaint?: string,
): HttpReply {
  const { csrf, cookies } = csrfOf(page);
  const { title, field } = challengeFields[challenge]!;
  return formPage({
    title,
    complaint,
    action: `${page.base}/login?${page.request.query}`,
    hidden: { _csrf: csrf, challenge, session, username },
    fields: [field],
    button: 'Continue',
    leadsTo: authorization.redirectUri,
    cookies,
  });
}
