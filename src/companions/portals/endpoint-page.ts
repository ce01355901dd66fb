/** The page of a REST endpoint: where it is, what it takes and answers, and a form to try it with. */
import { escaped } from '../../base/html.ts';
import type { SiteEndpointPage, SiteProduct } from '../../ports/portal-site.ts';
import { endpointPath, type Page, type View } from './layout.ts';
import { markdownHtml } from './markdown.ts';
import { exampleOf, schemaHtml } from './schema-view.ts';

type Node = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
}

/** Those the method declares, those its path names anyway, and the headers that callers prove themselves with. */
export function parametersOf({ document, path, credentialHeaders }: SiteEndpointPage): Parameter[] {
  const declared = listOf(document.operation['parameters']).flatMap((each): Parameter[] => {
    const { name, in: place, required, description } = each;
    if (typeof name !== 'string' || (place !== 'path' && place !== 'query' && place !== 'header')) return [];
    return [{ name, in: place, required: required === true, description: textOf(description) }];
  });
  const isKnown = (name: string, place: string): boolean =>
    declared.some((each) => each.name.toLowerCase() === name.toLowerCase() && each.in === place);
  const inPath = [...path.matchAll(/\{([^}+]+)\+?\}/g)]
    .map(([, name]) => name!)
    .filter((name) => !isKnown(name, 'path'))
    .map((name) => ({ name, in: 'path' as const, required: true, description: '' }));
  const credentials = credentialHeaders
    .filter((name) => !isKnown(name, 'header'))
    .map((name) => ({ name, in: 'header' as const, required: true, description: 'Proves who calls.' }));
  return [...inPath, ...declared, ...credentials];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? (value as Node[]) : []);
const entriesOf = (value: unknown): [string, Node][] =>
  typeof value === 'object' && value !== null ? (Object.entries(value) as [string, Node][]) : [];

/** `result` is what a call gave, where one was made without the page's script. */
export function endpointPage(
  view: View,
  product: SiteProduct,
  pageId: string,
  page: SiteEndpointPage,
  result = '',
): Page {
  const { operation } = page.document;
  const documented =
    page.body === undefined
      ? `${paragraphOf(operation['summary'])}${typeof operation['description'] === 'string' ? markdownHtml(operation['description']) : ''}`
      : markdownHtml(page.body);
  const body = `<h1>${escaped(page.title)}</h1>
<p class="address"><span class="verb">${escaped(page.method)}</span>${escaped(page.url)}</p>
${documented}${parametersHtml(page)}${requestHtml(page)}${responsesHtml(page)}${page.tryIt ? tryItHtml(view, product, pageId, page, result) : ''}`;
  return { title: page.title, product, current: endpointPath(product, pageId), body };
}

const paragraphOf = (text: unknown): string =>
  typeof text === 'string' && text !== '' ? `<p><strong>${escaped(text)}</strong></p>` : '';

function parametersHtml(page: SiteEndpointPage): string {
  const parameters = parametersOf(page);
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    (each) =>
      `<tr><td><code>${escaped(each.name)}</code></td><td>${each.in}</td><td>${each.required ? 'yes' : 'no'}</td><td>${markdownHtml(each.description)}</td></tr>`,
  );
  return `<h2>Parameters</h2><div class="wide" tabindex="0"><table><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Required</th><th scope="col">Description</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function requestHtml({ document }: SiteEndpointPage): string {
  const body = document.operation['requestBody'] as Node | undefined;
  const content = entriesOf(body?.['content']);
  if (content.length === 0) return '';
  return `<h2>Request body</h2>${markdownHtml(textOf(body?.['description']))}${contentHtml(content, document.schemas)}`;
}

const contentHtml = (content: readonly [string, Node][], schemas: Node): string =>
  content.map(([type, { schema }]) => `<p><code>${escaped(type)}</code></p>${schemaHtml(schema, schemas)}`).join('');

function responsesHtml({ document }: SiteEndpointPage): string {
  const responses = entriesOf(document.operation['responses']).filter(([status]) => status !== 'default');
  if (responses.length === 0) return '';
  const parts = responses.map(([status, response]) => {
    const headers = entriesOf(response['headers']).map(
      ([name, header]) =>
        `<tr><td><code>${escaped(name)}</code></td><td>${markdownHtml(textOf(header['description']))}</td></tr>`,
    );
    const table =
      headers.length === 0
        ? ''
        : `<table><thead><tr><th scope="col">Header</th><th scope="col">Description</th></tr></thead><tbody>${headers.join('')}</tbody></table>`;
    return `<h3>${escaped(status)}</h3>${markdownHtml(textOf(response['description']))}${table}${contentHtml(entriesOf(response['content']), document.schemas)}`;
  });
  return `<h2>Responses</h2>${parts.join('')}`;
}

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

function tryItHtml(view: View, product: SiteProduct, pageId: string, page: SiteEndpointPage, result: string): string {
  const fields = parametersOf(page).map(({ name, in: place, required }) => {
    const id = escaped(`${place}.${name}`);
    const kind = place === 'query' ? 'query parameter' : place === 'path' ? 'path parameter' : 'header';
    return `<label for="${id}">${escaped(name)} <small>${kind}${required ? '' : ', optional'}</small></label><input id="${id}" name="${id}" autocomplete="off"${place === 'path' ? ' required' : ''}>`;
  });
  const isAny = page.method === 'ANY';
  const method = isAny
    ? `<label for="method">Method</label><select id="method" name="method">${verbs.map((verb) => `<option>${verb}</option>`).join('')}</select>`
    : '';
  const hasBody = isAny || ['POST', 'PUT', 'PATCH', 'DELETE'].includes(page.method);
  const body = hasBody
    ? `<label for="body">Body</label><textarea id="body" name="body" rows="8" spellcheck="false">${escaped(exampleBody(page))}</textarea>`
    : '';
  return `<section class="try" aria-labelledby="try-it"><h2 id="try-it">Try it</h2><form class="attempt" method="post" action="${view.base}${endpointPath(product, pageId)}/try-it">${method}${fields.join('')}
<label for="more-query">More of the query <small>optional, such as <code>limit=10&amp;sort=name</code></small></label><input id="more-query" name="more-query" autocomplete="off">
<label for="more-headers">More headers <small>optional, one a line: <code>Name: value</code></small></label><textarea id="more-headers" name="more-headers" rows="2" spellcheck="false"></textarea>${body}
<button>Try it</button></form><div id="result" tabindex="-1" aria-live="polite">${result}</div></section>`;
}

function exampleBody({ document }: SiteEndpointPage): string {
  const [first] = entriesOf((document.operation['requestBody'] as Node | undefined)?.['content']);
  const schema = first?.[1]['schema'];
  return schema === undefined ? '' : JSON.stringify(exampleOf(schema, document.schemas), null, 2);
}
