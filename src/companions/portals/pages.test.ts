import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import type { PortalSite, SiteEndpointPage } from '../../ports/portal-site.ts';
import { endpointPage, parametersOf } from './endpoint-page.ts';
import { pageHtml, type View } from './layout.ts';
import { portalAddress } from './portal-address.ts';
import { exampleOf, schemaHtml } from './schema-view.ts';
import { homePage, searchPage } from './site-pages.ts';
import { readableOn, themeCss } from './theme.ts';

const hostile = '"><script>alert(1)</script>';
const product = { productId: 'prod000001', displayName: hostile, description: hostile, pages: [], sections: [] };
const site: PortalSite = {
  siteId: 's1',
  portalId: 'port000001',
  account: '123456789012',
  region: 'eu-west-1',
  displayName: hostile,
  description: hostile,
  customColors: {
    accentColor: '#fff',
    backgroundColor: 'white',
    errorValidationColor: 'rgb(1, 2, 3)',
    headerColor: '#16324f',
    navigationColor: '#eef2f7',
    textColor: 'black',
  },
  products: [
    {
      ...product,
      sections: [{ name: hostile, endpoints: [{ pageId: 'page000001', name: hostile, method: 'GET', path: hostile }] }],
    },
  ],
};
const view: View = { site, base: '', isPreview: false };
const endpoint: SiteEndpointPage = {
  kind: 'endpoint',
  title: hostile,
  url: hostile,
  restApiId: 'abc',
  stage: 'prod',
  path: '/pets/{id}/{rest+}',
  method: 'ANY',
  tryIt: true,
  credentialHeaders: ['Authorization'],
  document: {
    operation: {
      summary: hostile,
      description: hostile,
      parameters: [
        { name: hostile, in: 'query', description: hostile },
        { name: 'id', in: 'path', required: true },
      ],
      requestBody: { content: { [hostile]: { schema: { $ref: '#/components/schemas/Pet' } } } },
      responses: { [hostile]: { description: hostile, headers: { [hostile]: { description: hostile } } } },
    },
    schemas: {
      Pet: { type: 'object', properties: { [hostile]: { type: hostile, description: hostile, enum: [hostile] } } },
    },
  },
};

describe('pages of portals', () => {
  test('[NEW-05] whatever an owner writes stays text, wherever it stands', () => {
    const pages = [
      homePage(view),
      endpointPage(view, site.products[0]!, 'page000001', endpoint),
      searchPage(view, hostile, [{ product: site.products[0]!, pageId: 'page000001', page: endpoint }]),
    ];
    for (const page of pages) {
      const html = pageHtml(view, page);
      assert.doesNotMatch(html, /<script>/, page.title);
      assert.match(html, /&#60;script&#62;/, page.title);
      // What the browser takes for attributes are ours alone.
      assert.doesNotMatch(html, /<[^>]*"><script/, page.title);
    }
  });

  test('[NEW-05] an endpoint asks for what its path, its method and its authorizer want', () => {
    assert.deepEqual(
      parametersOf(endpoint).map(({ name, in: place, required }) => `${place} ${name} ${required}`),
      ['path rest true', `query ${hostile} false`, 'path id true', 'header Authorization true'],
    );
  });

  test('[NEW-05] a schema that refers to itself is told once and its example ends', () => {
    const schemas = {
      Pet: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'integer', minimum: 7 },
          tags: { type: 'array', items: { type: 'string', example: 'small' } },
          ...Object.fromEntries(
            Array.from({ length: 40 }, (_, i) => [`friend${i}`, { $ref: '#/components/schemas/Pet' }]),
          ),
        },
      },
      Loop: { $ref: '#/components/schemas/Loop' },
    };
    const pet = { $ref: '#/components/schemas/Pet' };
    const rows = schemaHtml(pet, schemas).match(/<tr>/g)!.length;
    assert.equal(rows, 43);
    const example = exampleOf(pet, schemas) as Record<string, unknown>;
    assert.deepEqual([example['id'], example['tags']], [7, ['small']]);
    assert.ok(JSON.stringify(example).length < 50_000);
    assert.match(schemaHtml({ $ref: '#/components/schemas/Loop' }, schemas), /any/);
    assert.deepEqual(exampleOf({ type: 'array', items: { type: 'boolean' } }, {}), [true]);
  });

  test("[NEW-05] the theme is the owner's, and text on it can be read", () => {
    assert.match(themeCss(site), /--accent:#fff;--on-accent:#000;.*--header:#16324f;--on-header:#fff/);
    assert.deepEqual(['#000000', '#ffffff', '#f2a900', '#0b5cad', 'white', 'rebeccapurple'].map(readableOn), [
      ...['#fff', '#000', '#000', '#fff', '#000', '#fff'],
    ]);
  });

  test("[NEW-05] a request is a portal's by its default name, by a name of its own, or by path", () => {
    const named = { domainName: 'pets.example.com', portalId: 'own0000001', certificateArn: 'arn' };
    const hosts = { isEmpty: false, find: (name: string) => (name === named.domainName ? named : undefined) };
    const meant = (host: string, path = '/x') => {
      const found = portalAddress({ path, headers: ['Host', host] }, hosts);
      return found && `${found.portalId} ${found.by} ${found.base}|${found.page}|${found.previewToken ?? ''}`;
    };
    assert.equal(meant('P-abc123.apigw-portal.localhost:4566'), 'abc123 default name |/x|');
    assert.equal(meant('p-abc123.apigw-portal.eu-west-1.on.aws'), 'abc123 default name |/x|');
    assert.equal(meant('PETS.example.com.:443'), 'own0000001 own name |/x|');
    const token = '0123456789abcdef'.repeat(2);
    assert.equal(meant('localhost', '/_aws/portals/abc123'), 'abc123 path /_aws/portals/abc123||');
    assert.equal(meant('localhost', '/_aws/portals/abc123/a/b'), 'abc123 path /_aws/portals/abc123|/a/b|');
    assert.equal(
      meant('localhost', `/_aws/portals/abc123/preview/${token}/a`),
      `abc123 path /_aws/portals/abc123/preview/${token}|/a|${token}`,
    );
    for (const [host, path] of [
      ['localhost', '/_aws/portals/'],
      ['localhost', '/_aws/portals/ABC'],
      ['apigw-portal.localhost', '/'],
      ['p-abc.apigw-portals.localhost', '/'],
      ['abc.execute-api.localhost', '/p-abc.apigw-portal.'],
    ]) {
      assert.equal(meant(host!, path), undefined, `${host}${path}`);
    }
  });
});
