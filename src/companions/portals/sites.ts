/** Serves what portals published: finds the copy a request means, lets in who may come in, and shows the page. Nothing is kept between requests. */
import type { Clock } from '../../base/clock.ts';
import { headerValue } from '../../base/headers.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import type { PortalSite, SitePage, SiteProduct } from '../../ports/portal-site.ts';
import type { PortalHosts } from '../../ports/portals.ts';
import { portalSitePages, portalSites, portals } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import { endpointPage } from './endpoint-page.ts';
import { htmlReply, noticeHtml, type Page, pageHtml, reply, type View, version } from './layout.ts';
import { type PortalAddress, portalAddress } from './portal-address.ts';
import { portalScript } from './portal-script.ts';
import { portalStyle } from './portal-style.ts';
import { createSignIn, type SignInParts, type Visit } from './sign-in.ts';
import { homePage, notFoundPage, overviewPage, searchPage, textPage } from './site-pages.ts';
import { themeCss } from './theme.ts';
import { createTryIt, outcomeHtml, type TryItParts } from './try-it.ts';

export interface PortalSiteParts extends SignInParts, TryItParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly hosts: PortalHosts;
}

export function createPortalSites(parts: PortalSiteParts): (request: HttpRequest) => Promise<HttpReply> {
  const { store, clock, hosts } = parts;
  const signIn = createSignIn(parts);
  const tryIt = createTryIt(parts);

  /** The copy that is published, or that a preview shows for as long as it lasts. */
  async function siteOf({ portalId, previewToken }: PortalAddress): Promise<PortalSite | undefined> {
    return store.read(async (tx) => {
      const site = await tx.get(portalSites, [portalId, previewToken ?? 'live']);
      if (site === undefined || previewToken === undefined) return site;
      const portal = await tx.get(portals, [site.account, site.region, portalId]);
      const preview = portal?.preview;
      const isNow = preview !== undefined && preview.readyAtMs <= clock.now() && clock.now() < preview.expiresAtMs;
      return isNow && preview.token === previewToken ? site : undefined;
    });
  }

  const pageOf = ({ portalId, siteId }: PortalSite, productId: string, pageId: string): Promise<SitePage | undefined> =>
    store.read((tx) => tx.get(portalSitePages, [portalId, siteId, productId, pageId]));

  async function answer(request: HttpRequest): Promise<HttpReply> {
    const address = portalAddress(request, hosts);
    if (address === undefined) return nowhere('There is no portal at this address.', '');
    const asset = assetOf(address.page);
    if (asset !== undefined) return asset;
    const site = await siteOf(address);
    const { base, by, hostName, previewToken } = address;
    if (site === undefined) return nowhere('There is no published portal at this address.', base);
    // "If your portal uses a domain name, the default domain name can't be used to access your portal."
    const isNamed = site.domainName === undefined ? by !== 'own name' : by === 'path' || site.domainName === hostName;
    if (!isNamed) return nowhere('The portal is not served under this name.', base);
    const isPreview = previewToken !== undefined;
    const visit: Visit = { site, address, request };
    if (site.cognitoConfig !== undefined && !isPreview) {
      const refusal = await guard(visit);
      if (refusal !== undefined) return refusal;
    }
    return show({ site, base, isPreview }, visit);
  }

  /** What to answer instead of the page; undefined for whoever may see it. */
  async function guard(visit: Visit): Promise<HttpReply | undefined> {
    const { address, request } = visit;
    const hosted = signIn.hostedPage(visit);
    if (hosted !== undefined) return hosted;
    const isHome = address.page === '' || address.page === '/';
    const query = new URLSearchParams(request.query);
    if (isHome && request.method === 'GET' && query.has('state') && (query.has('code') || query.has('error'))) {
      return signIn.finish(visit);
    }
    if (address.page === '/sign-out' && request.method === 'POST' && isOwn(request)) return signIn.signOut(visit);
    if (await signIn.hasSession(visit)) return undefined;
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') && !/^\/(?:logo|theme\.css)$/.test(address.page);
    if (isPage) return signIn.begin(visit);
    return htmlReply(401, noticeHtml('Sign in', 'Sign in to see this portal.', address.base));
  }

  async function show(view: View, { address, request }: Visit): Promise<HttpReply> {
    const { page: path } = address;
    const { site } = view;
    const isPost = request.method === 'POST';
    if (!isPost && request.method !== 'GET' && request.method !== 'HEAD') return notAllowed(view);
    const [, first = '', productId = '', kind, pageId = '', action] = path.split('/');
    if (isPost && action !== 'try-it') return notAllowed(view);
    switch (first) {
      case '':
        return shown(request, view, path === '' || path === '/' ? homePage(view) : notFoundPage());
      case 'theme.css':
        return tagged(request, view, () => reply(200, 'text/css; charset=utf-8', themeCss(site), cached(view)));
      case 'logo':
        return site.logo === undefined ? shown(request, view, notFoundPage()) : logoReply(site.logo, view);
      case 'search': {
        const query = (new URLSearchParams(request.query).get('q') ?? '').slice(0, 200);
        return shown(request, view, searchPage(view, query, query.trim() === '' ? [] : await allPages(site)));
      }
      case 'products':
        break;
      default:
        return shown(request, view, notFoundPage());
    }
    const product = site.products.find((each) => each.productId === productId);
    if (product === undefined) return shown(request, view, notFoundPage());
    if (kind === undefined) {
      const { overviewPageId } = product;
      const overview = overviewPageId === undefined ? undefined : await pageOf(site, productId, overviewPageId);
      return shown(request, view, overviewPage(view, product, overview));
    }
    const page = kind === 'pages' || kind === 'endpoints' ? await pageOf(site, productId, pageId) : undefined;
    if (page?.kind === 'text' && kind === 'pages' && action === undefined) {
      return shown(request, view, textPage(product, pageId, page));
    }
    if (page?.kind !== 'endpoint' || kind !== 'endpoints') return shown(request, view, notFoundPage());
    if (action === undefined) return shown(request, view, endpointPage(view, product, pageId, page));
    if (action !== 'try-it' || !page.tryIt) return shown(request, view, notFoundPage());
    if (!isPost) return notAllowed(view);
    return tried(view, product, pageId, page, request);
  }

  async function tried(
    view: View,
    product: SiteProduct,
    pageId: string,
    page: SitePage & { kind: 'endpoint' },
    request: HttpRequest,
  ): Promise<HttpReply> {
    if (!isOwn(request)) return htmlReply(403, noticeHtml('Forbidden', 'Only this portal may do so.', view.base));
    const fields = Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
    const outcome = await tryIt(view.site, page, fields, request);
    const status = 'failure' in outcome ? outcome.status : 200;
    const part = outcomeHtml(outcome);
    const wantsPart = headerValue(request.headers, 'accept') === 'text/x-portal-fragment';
    if (wantsPart) return htmlReply(status, part);
    return htmlReply(status, pageHtml(view, endpointPage(view, product, pageId, page, part)));
  }

  async function allPages(site: PortalSite) {
    const all = await store.read((tx) => tx.list(portalSitePages, [site.portalId, site.siteId]));
    return all.flatMap(({ key, value: page }) => {
      const product = site.products.find(({ productId }) => productId === key[2]);
      return product === undefined ? [] : [{ product, pageId: key[3]!, page }];
    });
  }

  return async (request) => {
    const answered = await answer(request);
    return request.method === 'HEAD' ? { ...answered, body: '' } : answered;
  };
}

/** Neither secret nor of one portal. */
function assetOf(page: string): HttpReply | undefined {
  const [, asked, name] = /^\/assets\/([0-9a-f]+)\/(portal\.(?:css|js))$/.exec(page) ?? [];
  if (name === undefined) return undefined;
  const forEver = asked === version ? ['Cache-Control', 'public, max-age=31536000, immutable'] : [];
  return name === 'portal.css'
    ? reply(200, 'text/css; charset=utf-8', portalStyle, forEver)
    : reply(200, 'text/javascript; charset=utf-8', portalScript, forEver);
}

const nowhere = (text: string, base: string): HttpReply => htmlReply(404, noticeHtml('Not found', text, base));

const notAllowed = ({ base }: View): HttpReply =>
  htmlReply(405, noticeHtml('Not allowed', 'This page cannot be called so.', base), ['Allow', 'GET, HEAD']);

/** What visitors may keep, if they ask each time whether it still holds; of a guarded portal nothing. */
const cached = ({ site, isPreview }: View): string[] =>
  site.cognitoConfig === undefined && !isPreview ? ['Cache-Control', 'no-cache', 'ETag', tagOf(site)] : [];

/** Everything a copy shows changes with the copy, or with this server's version. */
const tagOf = ({ siteId }: PortalSite): string => `"${siteId}-${version}"`;

function tagged(request: HttpRequest, view: View, make: () => HttpReply): HttpReply {
  const headers = cached(view);
  const isKnown = headers.length > 0 && headerValue(request.headers, 'if-none-match') === tagOf(view.site);
  return isKnown ? { status: 304, headers, body: '' } : make();
}

function shown(request: HttpRequest, view: View, page: Page): HttpReply {
  if (page.status !== undefined && page.status !== 200) return htmlReply(page.status, pageHtml(view, page));
  return tagged(request, view, () => htmlReply(200, pageHtml(view, page), cached(view)));
}

/** An SVG that is opened by itself runs nothing and reaches nothing. */
function logoReply({ contentType, data }: NonNullable<PortalSite['logo']>, view: View): HttpReply {
  const caching = cached(view);
  return {
    status: 200,
    headers: [
      ...['Content-Type', contentType, 'X-Content-Type-Options', 'nosniff'],
      ...['Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox"],
      ...(caching.length > 0 ? caching : ['Cache-Control', 'no-store']),
    ],
    body: Buffer.from(data, 'base64'),
  };
}

/** Pages of other sites make no calls in a visitor's name; browsers say where a form comes from. */
function isOwn({ headers, secure }: HttpRequest): boolean {
  const site = headerValue(headers, 'sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = headerValue(headers, 'origin');
  const host = (headerValue(headers, 'host') ?? '').toLowerCase();
  return origin === undefined || origin.toLowerCase() === `${secure ? 'https' : 'http'}://${host}`;
}
