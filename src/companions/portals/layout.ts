/** The frame of a portal's pages: header, navigation, what of security belongs to every answer. */
import { createHash } from 'node:crypto';
import { escaped } from '../../base/html.ts';
import type { HttpReply } from '../../base/http.ts';
import type { PortalSite, SiteProduct } from '../../ports/portal-site.ts';
import { portalScript } from './portal-script.ts';
import { portalStyle } from './portal-style.ts';

/** Style and script carry it in their address, and pages in their tag: another version of this server is another page. */
export const version = createHash('sha256').update(portalStyle).update(portalScript).digest('hex').slice(0, 12);

/** What a page is shown with. */
export interface View {
  readonly site: PortalSite;
  /** What links begin with. */
  readonly base: string;
  readonly isPreview: boolean;
}

export interface Page {
  readonly status?: number;
  readonly title: string;
  /** HTML. */
  readonly body: string;
  /** Whose pages stand in the navigation. */
  readonly product?: SiteProduct | undefined;
  /** Path of the page that is shown, below the base. */
  readonly current?: string;
  readonly searched?: string;
}

/** Nothing of elsewhere is loaded, nothing is framed, and no form leads out. */
const securityHeaders = [
  'Content-Security-Policy',
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options',
  'nosniff',
  'Referrer-Policy',
  'same-origin',
];

export function reply(
  status: number,
  contentType: string,
  body: string | Uint8Array,
  headers: string[] = [],
): HttpReply {
  const caching = headers.includes('Cache-Control') ? [] : ['Cache-Control', 'no-store'];
  return { status, headers: ['Content-Type', contentType, ...caching, ...securityHeaders, ...headers], body };
}

export const htmlReply = (status: number, html: string, headers: string[] = []): HttpReply =>
  reply(status, 'text/html; charset=utf-8', html, headers);

export const redirectTo = (location: string, headers: string[] = []): HttpReply => ({
  status: 303,
  headers: ['Location', location, 'Cache-Control', 'no-store', 'Referrer-Policy', 'no-referrer', ...headers],
  body: '',
});

/** The whole document. */
export function pageHtml({ site, base, isPreview }: View, page: Page): string {
  const { title, product, body, searched = '' } = page;
  const logo = site.logo === undefined ? '' : `<img src="${base}/logo" alt="">`;
  const signOut =
    site.cognitoConfig === undefined || isPreview
      ? ''
      : `<form method="post" action="${base}/sign-out"><button>Sign out</button></form>`;
  const preview = isPreview
    ? '<p class="preview" role="note">This is a preview. The portal shows it once it is published.</p>'
    : '';
  return document(
    title === site.displayName ? title : `${title} - ${site.displayName}`,
    base,
    `<a class="skip" href="#main">Skip to content</a>
<header><a href="${base}/">${logo}<span>${escaped(site.displayName)}</span></a>
<form role="search" action="${base}/search"><input type="search" name="q" aria-label="Search the portal" placeholder="Search" value="${escaped(searched)}" maxlength="200"><button>Search</button></form>${signOut}</header>${preview}
<div class="page${product === undefined ? ' alone' : ''}">${product === undefined ? '' : navigation(product, base, page.current)}<main id="main" tabindex="-1">${body}</main></div>
<script src="${base}/assets/${version}/portal.js" defer></script>`,
    true,
  );
}

/** A page that says one thing and shows nothing of the portal: to whom it is closed, or where there is none. */
export const noticeHtml = (title: string, text: string, base: string, link?: { href: string; text: string }): string =>
  document(
    title,
    base,
    `<main id="main"><h1>${escaped(title)}</h1><p>${escaped(text)}</p>${link === undefined ? '' : `<p><a href="${escaped(link.href)}">${escaped(link.text)}</a></p>`}</main>`,
    false,
  );

const document = (title: string, base: string, body: string, hasTheme: boolean): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title>
<link rel="stylesheet" href="${base}/assets/${version}/portal.css">${hasTheme ? `<link rel="stylesheet" href="${base}/theme.css">` : ''}<link rel="icon" href="data:,"></head>
<body>${body}</body></html>
`;

export const productPath = ({ productId }: SiteProduct): string => `/products/${productId}`;
export const textPath = (product: SiteProduct, pageId: string): string => `${productPath(product)}/pages/${pageId}`;
export const endpointPath = (product: SiteProduct, pageId: string): string =>
  `${productPath(product)}/endpoints/${pageId}`;

function navigation(product: SiteProduct, base: string, current: string | undefined): string {
  const link = (path: string, html: string): string =>
    `<li><a href="${base}${path}"${path === current ? ' aria-current="page"' : ''}>${html}</a></li>`;
  const texts = product.pages.map(({ pageId, title }) => link(textPath(product, pageId), escaped(title)));
  const sections = product.sections
    .filter(({ endpoints }) => endpoints.length > 0)
    .map(({ name, endpoints }) => {
      const links = endpoints.map(({ pageId, name: title, method }) =>
        link(endpointPath(product, pageId), `<span class="verb">${escaped(method)}</span>${escaped(title)}`),
      );
      return `<h2>${escaped(name)}</h2><ul>${links.join('')}</ul>`;
    });
  return `<nav aria-label="${escaped(product.displayName)}"><ul>${link(productPath(product), 'Overview')}${texts.join('')}</ul>${sections.join('')}</nav>`;
}
