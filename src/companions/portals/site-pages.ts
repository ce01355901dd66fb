/** Home page, product overviews, texts and search of a portal. */
import { escaped } from '../../base/html.ts';
import type { EndpointDocument, SitePage, SiteProduct } from '../../ports/portal-site.ts';
import { endpointPath, type Page, productPath, textPath, type View } from './layout.ts';
import { markdownHtml } from './markdown.ts';

export function homePage({ site, base }: View): Page {
  const cards = site.products.map(
    (product) =>
      `<li><h2><a href="${base}${productPath(product)}">${escaped(product.displayName)}</a></h2>${paragraph(product.description)}</li>`,
  );
  const body =
    cards.length === 0
      ? '<p>This portal has no products yet.</p>'
      : `<form hidden><label for="filter">Filter products</label><input id="filter" type="search" autocomplete="off"></form><p id="filtered" role="status"></p><ul class="cards">${cards.join('')}</ul>`;
  return {
    title: site.displayName,
    body: `<h1>${escaped(site.displayName)}</h1>${paragraph(site.description)}<h2>Products</h2>${body}`,
  };
}

const paragraph = (text: string | undefined): string => (text === undefined ? '' : `<p>${escaped(text)}</p>`);

/** The overview its owner wrote, or its name and what it is about; below it what there is to see. */
export function overviewPage({ base }: View, product: SiteProduct, overview: SitePage | undefined): Page {
  const own = overview?.kind === 'text' ? overview : undefined;
  const intro =
    own === undefined
      ? `<h1>${escaped(product.displayName)}</h1>${paragraph(product.description)}`
      : `<h1>${escaped(own.title)}</h1>${markdownHtml(own.body)}`;
  const sections = product.sections
    .filter(({ endpoints }) => endpoints.length > 0)
    .map(({ name, endpoints }) => {
      const rows = endpoints.map(
        (each) =>
          `<tr><td><a href="${base}${endpointPath(product, each.pageId)}">${escaped(each.name)}</a></td><td><span class="verb">${escaped(each.method)}</span><code>${escaped(each.path)}</code></td></tr>`,
      );
      return `<h2>${escaped(name)}</h2><table><thead><tr><th scope="col">Operation</th><th scope="col">Endpoint</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
    });
  return { title: product.displayName, product, current: productPath(product), body: `${intro}${sections.join('')}` };
}

export const textPage = (product: SiteProduct, pageId: string, page: { title: string; body: string }): Page => ({
  title: page.title,
  product,
  current: textPath(product, pageId),
  body: `<h1>${escaped(page.title)}</h1>${markdownHtml(page.body)}`,
});

export const notFoundPage = (): Page => ({
  status: 404,
  title: 'Page not found',
  body: '<h1>Page not found</h1><p>There is no such page in this portal.</p>',
});

/** A page with everything on it that can be searched for. */
export interface SearchablePage {
  readonly product: SiteProduct;
  readonly pageId: string;
  readonly page: SitePage;
}

const maxHits = 50;

/** Every word has to be there; case does not matter. */
export function searchPage({ site, base }: View, query: string, pages: readonly SearchablePage[]): Page {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20);
  const found: { path: string; title: string; of: string; text: string }[] = [];
  const add = (path: string, title: string, of: string, text: string): void => {
    const all = `${title}\n${of}\n${text}`.toLowerCase();
    if (found.length < maxHits && words.every((word) => all.includes(word))) found.push({ path, title, of, text });
  };
  if (words.length > 0) {
    for (const product of site.products) {
      add(productPath(product), product.displayName, 'Product', product.description ?? '');
    }
    for (const { product, pageId, page } of pages) {
      if (page.kind === 'text') {
        const path = pageId === product.overviewPageId ? productPath(product) : textPath(product, pageId);
        add(path, page.title, product.displayName, page.body);
      } else {
        const title = page.title === page.path ? `${page.method} ${page.path}` : page.title;
        const text = `${page.method} ${page.path}\n${page.body ?? ''}\n${textsOf(page.document)}`;
        add(endpointPath(product, pageId), title, product.displayName, text);
      }
    }
  }
  const items = found.map(
    ({ path, title, of, text }) =>
      `<li><h2><a href="${base}${path}">${escaped(title)}</a></h2><p class="optional">${escaped(of)}</p><p>${escaped(excerpt(text, words))}</p></li>`,
  );
  const count =
    found.length === 1 ? '1 result' : `${found.length === maxHits ? `${maxHits} or more` : found.length} results`;
  return {
    title: 'Search',
    searched: query,
    body: `<h1>Search</h1><p role="status">${words.length === 0 ? 'Enter what you look for.' : `${count} for “${escaped(query)}”`}</p><ul class="cards">${items.join('')}</ul>`,
  };
}

/** What an operation says of itself. */
function textsOf(document: EndpointDocument): string {
  const texts: string[] = [];
  JSON.stringify(document.operation, (name, value: unknown) => {
    if (typeof value === 'string' && ['summary', 'description', 'name'].includes(name)) texts.push(value);
    return value;
  });
  return texts.join('\n');
}

function excerpt(text: string, words: readonly string[]): string {
  const at = Math.max(0, text.toLowerCase().indexOf(words[0]!) - 60);
  const piece = text
    .slice(at, at + 180)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return `${at > 0 ? '…' : ''}${piece}${at + 180 < text.length ? '…' : ''}`;
}
