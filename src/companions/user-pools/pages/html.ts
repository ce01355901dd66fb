/** The hosted pages' HTML: plain, without scripts, and with everything that came from outside escaped. */
import { createHash } from 'node:crypto';
import { escaped } from '../../../base/html.ts';
import type { HttpReply } from '../../../base/http.ts';

const style = `body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;background:#f4f5f7;color:#16191f}
main{background:#fff;padding:2rem;border:1px solid #c6c6cd;border-radius:8px;width:min(22rem,90vw);box-sizing:border-box}
h1{font-size:1.4rem;margin:0 0 1rem}label{display:block;margin-top:.75rem;font-weight:600}
input{width:100%;padding:.5rem;font:inherit;border:1px solid #5f6b7a;border-radius:4px;box-sizing:border-box}
button{margin-top:1.25rem;width:100%;padding:.6rem;font:inherit;font-weight:600;color:#fff;background:#0b5cad;border:0;border-radius:4px;cursor:pointer}
button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid #f2a900;outline-offset:1px}
.choice{display:block;padding:.5rem;text-align:center;border:1px solid #5f6b7a;border-radius:4px;color:#16191f;text-decoration:none}
[role=alert]{background:#fdecea;border-left:4px solid #b3261e;padding:.5rem .75rem;margin:0}`;
const styleHash = createHash('sha256').update(style).digest('base64');

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'password' | 'email';
  readonly value?: string;
  readonly autocomplete: string;
}

export interface FormPage {
  readonly title: string;
  /** What is wrong with what was sent. */
  readonly complaint?: string | undefined;
  readonly hint?: string;
  readonly action: string;
  readonly fields: readonly FormField[];
  readonly hidden: Readonly<Record<string, string>>;
  readonly button: string;
  /** Where the answer to the form may lead. */
  readonly leadsTo: string;
  readonly cookies?: readonly string[];
  /** Other ways to do the same. */
  readonly choices?: readonly Link[];
  /** Another page one may have meant. */
  readonly link?: Link;
}

export interface Link {
  readonly href: string;
  readonly text: string;
}

/** A page with one form. */
export function formPage(page: FormPage): HttpReply {
  const fields = page.fields.map(({ name, label, type, value, autocomplete }, i) => {
    const given = value === undefined ? '' : ` value="${escaped(value)}"`;
    const focus = i === 0 ? ' autofocus' : '';
    return `<label for="${name}">${escaped(label)}</label><input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required${focus}${given}>`;
  });
  const hidden = Object.entries(page.hidden).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const complaint = page.complaint === undefined ? '' : `<p role="alert">${escaped(page.complaint)}</p>`;
  const hint = page.hint === undefined ? '' : `<p>${escaped(page.hint)}</p>`;
  const body = `${complaint}${hint}<form method="post" action="${escaped(page.action)}">${hidden.join('')}${fields.join('')}<button type="submit">${escaped(page.button)}</button></form>`;
  const link =
    page.link === undefined ? '' : `<p><a href="${escaped(page.link.href)}">${escaped(page.link.text)}</a></p>`;
  // Chromium holds form-action against the redirect that answers a form, so the application's origin is named too.
  return htmlReply(
    page.complaint === undefined ? 200 : 400,
    page.title,
    `${body}${linksTo(page.choices ?? [])}${link}`,
    `form-action 'self' ${originOf(page.leadsTo)}`,
    page.cookies,
  );
}

const linksTo = (links: readonly Link[]): string =>
  links.map(({ href, text }) => `<p><a class="choice" href="${escaped(href)}">${escaped(text)}</a></p>`).join('');

/** A page with nothing but ways on. */
export const choicePage = (title: string, choices: readonly Link[]): HttpReply =>
  htmlReply(200, title, linksTo(choices), "form-action 'none'");

/** A page that only says something. */
export const noticePage = (status: number, title: string, text: string): HttpReply =>
  htmlReply(status, title, `<p role="alert">${escaped(text)}</p>`, "form-action 'none'");

function htmlReply(
  status: number,
  title: string,
  body: string,
  formAction: string,
  cookies: readonly string[] = [],
): HttpReply {
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'; ${formAction}`;
  return {
    status,
    headers: [
      'Content-Type',
      'text/html; charset=utf-8',
      'Cache-Control',
      'no-store',
      'Content-Security-Policy',
      policy,
      'X-Frame-Options',
      'DENY',
      'X-Content-Type-Options',
      'nosniff',
      'Referrer-Policy',
      'same-origin',
      ...cookies.flatMap((cookie) => ['Set-Cookie', cookie]),
    ],
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`,
  };
}

/** An origin for the policy; a scheme of an app's own is named as such. */
function originOf(uri: string): string {
  const url = URL.parse(uri);
  if (url === null) return '';
  return url.origin === 'null' ? url.protocol : url.origin;
}
