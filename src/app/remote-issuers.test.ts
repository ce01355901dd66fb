import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { silentLog } from '../ports/telemetry.ts';
import type { UpstreamRequest } from '../ports/upstream.ts';
import { createIssuerCalls } from './issuer-calls.ts';
import { createRemoteIssuers } from './remote-issuers.ts';

const issuer = 'https://issuer.example/realm';
const jwks = `${issuer}/keys?v=1`;
const key = (kid: string) => ({ kid, kty: 'RSA', n: 'n', e: 'AQAB' });

/** An issuer that publishes `pages`, by address; `asked` has every address it was asked for. */
function web(pages: Record<string, unknown>) {
  const asked: string[] = [];
  return {
    asked,
    pages,
    send: async ({ origin, target }: UpstreamRequest) => {
      asked.push(origin + target);
      const page = pages[origin + target];
      if (page instanceof Error) throw page;
      const body = Buffer.from(typeof page === 'string' ? page : JSON.stringify(page ?? 'nothing here'));
      return { status: page === undefined ? 404 : 200, headers: [], body };
    },
  };
}

function remote(pages: Record<string, unknown>, aliases: Record<string, string> = {}) {
  const clock = new ManualClock();
  const upstream = web(pages);
  const issuers = createRemoteIssuers({ calls: createIssuerCalls({ upstream, aliases }), clock, log: silentLog });
  const kids = async (isStale?: boolean, name = issuer) => (await issuers.keysOf(name, isStale)).map(({ kid }) => kid);
  return { clock, upstream, kids };
}

const published = () => ({
  [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri: jwks } as unknown,
  [jwks]: { keys: [key('one'), { kid: 'no type' }, null] } as unknown,
});

test('[HLA-08] keys are found by discovery and kept; many who ask at once are one request', async () => {
  const { kids, upstream, clock } = remote(published());
  assert.deepEqual(await Promise.all([kids(), kids(), kids(true)]), [['one'], ['one'], ['one']]);
  assert.deepEqual(upstream.asked, [`${issuer}/.well-known/openid-configuration`, jwks]);
  clock.advance(599_999);
  await kids();
  assert.equal(upstream.asked.length, 2);
  clock.advance(1);
  await kids();
  assert.equal(upstream.asked.length, 4);
});

test('a key nobody knows makes the issuer be asked again, at most once a minute', async () => {
  const { kids, upstream, clock } = remote(published());
  await kids();
  upstream.pages[jwks] = { keys: [key('one'), key('two')] };
  for (let i = 0; i < 1000; i++) assert.deepEqual(await kids(true), ['one']);
  assert.equal(upstream.asked.length, 2);
  clock.advance(60_000);
  assert.deepEqual(await kids(true), ['one', 'two']);
  assert.deepEqual(await kids(true), ['one', 'two']);
  assert.equal(upstream.asked.length, 4);
});

for (const [what, pages, why] of [
  ['is not there', {}, /answered 404/],
  ['has no jwks_uri', { [`${issuer}/.well-known/openid-configuration`]: {} }, /no jwks_uri/],
  ['answers no JSON', { ...published(), [jwks]: '<html>' }, /answered no JSON object/],
  ['has no keys', { ...published(), [jwks]: {} }, /has no keys/],
  ['answers too much', { ...published(), [jwks]: `"${'x'.repeat(150_000)}"` }, /more than 150000 bytes/],
  [
    'cannot be reached',
    { [`${issuer}/.well-known/openid-configuration`]: new Problem('INTEGRATION_FAILURE', '', { why: 'ECONNREFUSED' }) },
    /ECONNREFUSED/,
  ],
] as const) {
  test(`[HLA-08] an issuer that ${what} is a Problem that says so, and is tried again after five seconds`, async () => {
    const { kids, upstream, clock } = remote({ ...pages });
    await assert.rejects(kids(), (error: Problem) => {
      assert.match(error.why, why);
      assert.ok(error.why.startsWith(`Cannot get the keys of ${issuer}: `));
      return true;
    });
    const { length } = upstream.asked;
    await assert.rejects(kids(true));
    assert.equal(upstream.asked.length, length);
    Object.assign(upstream.pages, published());
    clock.advance(5_000);
    assert.deepEqual(await kids(), ['one']);
  });
}

test('an issuer that fails later goes on with its keys for two hours', async () => {
  const { kids, upstream, clock } = remote(published());
  await kids();
  upstream.pages[jwks] = new Error('down');
  clock.advance(600_000);
  assert.deepEqual(await kids(), ['one']);
  clock.advance(1);
  assert.deepEqual(await kids(), ['one']);
  assert.equal(upstream.asked.length, 4);
  clock.advance(7_200_000);
  await assert.rejects(kids());
});

test('an alias says where an issuer, and what it points to, is reached', async () => {
  const local = 'http://127.0.0.1:3000';
  const { kids, upstream } = remote(
    {
      [`${local}/.well-known/openid-configuration`]: { jwks_uri: `${issuer}/keys` },
      [`${local}/keys`]: { keys: [key('local')] },
    },
    { [`${issuer}/`]: local, 'https://issuer.example': 'http://127.0.0.1:9' },
  );
  assert.deepEqual(await kids(), ['local']);
  assert.deepEqual(upstream.asked, [`${local}/.well-known/openid-configuration`, `${local}/keys`]);
  await assert.rejects(kids(false, `${issuer}s`));
  assert.equal(upstream.asked[2], 'http://127.0.0.1:9/realms/.well-known/openid-configuration');
});

test('what is no address is a Problem', async () => {
  const { kids } = remote({});
  await assert.rejects(kids(false, 'file:///etc/passwd'), (error: Problem) => /no http or https/.test(error.why));
  await assert.rejects(kids(false, 'nonsense'), (error: Problem) => /no http or https/.test(error.why));
});
