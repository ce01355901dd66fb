/** Tokens whose signature was checked, and what makes them be checked again. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { TokenFault } from './decoded-token.ts';
import { issuersOf, testIssuer } from './token-fixture.ts';
import { VerifiedTokens } from './verified-tokens.ts';

test('a believed token is forgotten when a pool goes, by those who hold its issuer already too', async () => {
  const pool = await testIssuer('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123');
  const verified = new VerifiedTokens(issuersOf(pool));
  const heldByPlan = verified.of(pool.issuer);
  const token = await pool.sign({ exp: 2_000_000_000 });
  assert.equal(heldByPlan.known(token, 0), undefined);
  assert.ok(!((await heldByPlan.verify(token, 0)) instanceof TokenFault));
  assert.ok(heldByPlan.known(token, 1000));
  pool.keys.length = 0;
  assert.ok(heldByPlan.known(token, 2000), 'keys are asked again after five minutes only');
  verified.forget();
  assert.equal(heldByPlan.known(token, 3000), undefined);
  assert.ok((await heldByPlan.verify(token, 3000)) instanceof TokenFault);
});
