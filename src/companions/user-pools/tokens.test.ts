/** Tokens: their shape, their keys, and what ends them. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { userPoolsUnderTest } from '../../../test/support/user-pools-under-test.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

test('[COG-04] tokens are signed RS256 by keys of the pool’s set and name the pool as AWS does', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool();
  await pool.user('ana', { email: 'ana@example.com', email_verified: 'true' });
  const { IdToken, AccessToken, TokenType, ExpiresIn } = await pool.signIn('ana');
  assert.deepEqual([TokenType, ExpiresIn], ['Bearer', 3600]);
  const issuer = `https://cognito-idp.eu-west-1.amazonaws.com/${pool.id}`;
  const keys = createLocalJWKSet({ keys: [...(await cognito.keysOfIssuer(issuer))!] as never });
  const currentDate = new Date(cognito.clock.now());
  for (const token of [IdToken!, AccessToken!]) {
    await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], currentDate });
    assert.deepEqual(Object.keys(decodeProtectedHeader(token)), ['kid', 'alg']);
  }
  assert.notEqual(decodeProtectedHeader(IdToken!).kid, decodeProtectedHeader(AccessToken!).kid);
});

test('[COG-03] an ID token has aud and the user’s attributes, an access token client_id and scope', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool();
  await pool.user('ana', { email: 'ana@example.com', email_verified: 'true', name: 'Ana' });
  await cognito.run('CreateGroup', { UserPoolId: pool.id, GroupName: 'riders' });
  await cognito.run('AdminAddUserToGroup', { UserPoolId: pool.id, Username: 'ana', GroupName: 'riders' });
  const { IdToken, AccessToken } = await pool.signIn('ana');
  const id = decodeJwt(IdToken!);
  const access = decodeJwt(AccessToken!);
  const iat = Math.floor(cognito.clock.now() / 1000);
  assert.match(id['sub'] as string, uuid);
  assert.deepEqual(id, {
    sub: id['sub'],
    'cognito:groups': ['riders'],
    email_verified: true,
    iss: `https://cognito-idp.eu-west-1.amazonaws.com/${pool.id}`,
    'cognito:username': 'ana',
    origin_jti: access['origin_jti'],
    aud: pool.client.ClientId,
    event_id: access['event_id'],
    token_use: 'id',
    auth_time: iat,
    exp: iat + 3600,
    iat,
    jti: id['jti'],
    email: 'ana@example.com',
    name: 'Ana',
  });
  assert.deepEqual(access, {
    sub: id['sub'],
    'cognito:groups': ['riders'],
    iss: id['iss'],
    client_id: pool.client.ClientId,
    origin_jti: access['origin_jti'],
    event_id: access['event_id'],
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    auth_time: iat,
    exp: iat + 3600,
    iat,
    jti: access['jti'],
    username: 'ana',
  });
  for (const name of ['origin_jti', 'event_id', 'jti'])
    assert.match(String((access as Record<string, unknown>)[name]), uuid);
});

test('the keys of a pool are found by this server’s address too, others by none', async () => {
  const cognito = userPoolsUnderTest();
  const pool = await cognito.pool();
  const local = await cognito.keysOfIssuer(`http://127.0.0.1:4566/${pool.id}`);
  assert.deepEqual(local, await cognito.keysOfIssuer(`https://cognito-idp.eu-west-1.amazonaws.com/${pool.id}`));
  assert.equal(local?.length, 2);
  for (const foreign of [
    `https://cognito-idp.us-east-1.amazonaws.com/${pool.id}`,
    `https://evil.example.com/${pool.id}`,
    'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Nobodys12',
    'no address',
  ]) {
    assert.equal(await cognito.keysOfIssuer(foreign), undefined, foreign);
  }
});

test('with the issuer set to local, tokens name this server', async () => {
  const cognito = userPoolsUnderTest({ issuer: 'local' });
  const pool = await cognito.pool();
  await pool.user('ana');
  const { IdToken } = await pool.signIn('ana');
  assert.equal(decodeJwt(IdToken!)['iss'], `http://localhost:4566/${pool.id}`);
});
