import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { securityPolicyNames, tlsSettingsOf } from './security-policies.ts';

test('every policy is a setting that TLS takes', () => {
  for (const name of securityPolicyNames) createSecureContext(tlsSettingsOf(name, false)!);
});

test('a policy nobody knows has no settings', () => {
  assert.equal(tlsSettingsOf('TLS_9_9', false), undefined);
  assert.equal(tlsSettingsOf('constructor', false), undefined);
});

test('[DOM-12] only TLS_1_0 goes below TLS 1.2, and only it lowers the level of what is secure enough', () => {
  for (const name of securityPolicyNames) {
    const { minVersion, ciphers } = tlsSettingsOf(name, false)!;
    assert.equal(minVersion === 'TLSv1', name === 'TLS_1_0', name);
    assert.equal(ciphers!.includes('SECLEVEL'), name === 'TLS_1_0', name);
  }
});
