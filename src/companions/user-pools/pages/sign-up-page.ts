/** `/signup`: the hosted form that makes an account, and the one that takes the code which confirms it. */
import { createHmac } from 'node:crypto';
import type { HttpReply } from '../../../base/http.ts';
import { Problem } from '../../../base/problem.ts';
import type { Call } from '../../../wire/call.ts';
import { signUpHandlers } from '../handlers/sign-up.ts';
import type { PoolRecord } from '../records.ts';
import { type Authorization, readAuthorization } from './authorization.ts';
import { csrfOf, isFromOurForm } from './csrf.ts';
import { type FormField, formPage, noticePage } from './html.ts';
import { formOf, type PageRequest, type Parameters } from './page-request.ts';
import { redirect } from './replies.ts';

/** Public operations look at nothing of their call. */
const nobody = {} as Call;

/** Answers GET and POST of the sign-up page. */
export async function signUpPage(page: PageRequest): Promise<HttpReply> {
  const authorization = await readAuthorization(page, page.query);
  if ('status' in authorization) return authorization;
  if (page.pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true) {
    return noticePage(403, 'Sign up', 'SignUp is not permitted for this user pool');
  }
  if (page.request.method !== 'POST') return accountForm(page, authorization);
  const form = formOf(page.request);
  if (form === undefined || !isFromOurForm(page, form)) {
    return noticePage(
      403,
      'Sign up',
      'This form has been open too long or comes from elsewhere. Go back and try again.',
    );
  }
  const isCode = form['code'] !== undefined;
  try {
    return isCode ? await confirm(page, authorization, form) : await signUp(page, authorization, form);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    page.parts.log.info(`Sign-up page of user pool ${page.pool.id}: ${error.kind}: ${error.why}`);
    return isCode
      ? codeForm(page, authorization, form['username'] ?? '', error.message)
      : accountForm(page, authorization, error.message, form);
  }
}

async function signUp(page: PageRequest, authorization: Authorization, form: Parameters): Promise<HttpReply> {
  const { client } = authorization;
  const Username = form['username'] ?? '';
  const asked = attributeFields(page.pool).map(({ name }) => name);
  const UserAttributes = asked.map((Name) => ({ Name, Value: form[Name] ?? '' }));
  const made = await signUpHandlers(page.parts).SignUp!(
    {
      ClientId: client.id,
      Username,
      Password: form['password'] ?? '',
      UserAttributes,
      ...secretHash(authorization, Username),
    },
    nobody,
  );
  return made.UserConfirmed === true || made.CodeDeliveryDetails === undefined
    ? toSignIn(page)
    : codeForm(page, authorization, Username);
}

async function confirm(page: PageRequest, authorization: Authorization, form: Parameters): Promise<HttpReply> {
  const Username = form['username'] ?? '';
  const ConfirmationCode = form['code'] ?? '';
  const { id: ClientId } = authorization.client;
  await signUpHandlers(page.parts).ConfirmSignUp!(
    { ClientId, Username, ConfirmationCode, ...secretHash(authorization, Username) },
    nobody,
  );
  return toSignIn(page);
}

const toSignIn = ({ base, request }: PageRequest): HttpReply => redirect(`${base}/login?${request.query}`);

/** The page acts for the client, secret and all. */
function secretHash({ client: { id, secret } }: Authorization, username: string): { SecretHash?: string } {
  if (secret === undefined) return {};
  return { SecretHash: createHmac('sha256', secret).update(`${username}${id}`).digest('base64') };
}

/** Fields for what the pool requires, and for the address it verifies. */
function attributeFields({ schema, settings }: PoolRecord): FormField[] {
  const isName = (name: string): boolean => settings.UsernameAttributes?.includes(name as 'email') === true;
  const verified = settings.AutoVerifiedAttributes ?? [];
  return schema
    .filter(({ Name, Required }) => Name !== 'sub' && !isName(Name!) && (Required === true || verified[0] === Name))
    .map(({ Name }) => ({
      name: Name!,
      label: labelOf(Name!),
      type: Name === 'email' ? 'email' : 'text',
      autocomplete: Name === 'email' ? 'email' : Name === 'phone_number' ? 'tel' : 'off',
    }));
}

/** `Given name` of `given_name`. */
function labelOf(name: string): string {
  if (name === 'email') return 'E-mail';
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function accountForm(
  page: PageRequest,
  authorization: Authorization,
  complaint?: string,
  given: Parameters = {},
): HttpReply {
  const { csrf, cookies } = csrfOf(page);
  const byEmail = page.pool.settings.UsernameAttributes?.includes('email') === true;
  const fields: FormField[] = [
    { name: 'username', label: byEmail ? 'E-mail' : 'Username', type: 'text', autocomplete: 'username' },
    ...attributeFields(page.pool),
    { name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password' },
  ];
  return formPage({
    title: 'Sign up',
    complaint,
    action: `${page.base}/signup?${page.request.query}`,
    hidden: { _csrf: csrf },
    fields: fields.map((field) => {
      const value = given[field.name];
      return value === undefined || field.type === 'password' ? field : { ...field, value };
    }),
    button: 'Sign up',
    leadsTo: authorization.redirectUri,
    cookies,
  });
}

function codeForm(page: PageRequest, authorization: Authorization, username: string, complaint?: string): HttpReply {
  const { csrf, cookies } = csrfOf(page);
  return formPage({
    title: 'Confirm your account',
    complaint,
    hint: 'A code has been sent to you.',
    action: `${page.base}/signup?${page.request.query}`,
    hidden: { _csrf: csrf, username },
    fields: [{ name: 'code', label: 'Code', type: 'text', autocomplete: 'one-time-code' }],
    button: 'Confirm',
    leadsTo: authorization.redirectUri,
    cookies,
  });
}
