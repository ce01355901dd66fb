import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readSettings } from './settings.ts';

describe('quotas of an account', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-quotas-'));
  after(() => rmSync(directory, { recursive: true, force: true }));

  test('[LIM-01] secure mode has AWS’s quotas', () => {
    const { restLimits, httpLimits, domainLimits } = readSettings({ mode: 'secure' }, {});
    assert.deepEqual([restLimits.regionalApis, restLimits.edgeApis, restLimits.privateApis], [600, 120, 600]);
    assert.deepEqual([restLimits.usagePlans, restLimits.vpcLinks, restLimits.clientCertificates], [300, 20, 60]);
    assert.deepEqual([httpLimits.apis, domainLimits.publicDomainNames], [600, 120]);
  });

  test('dev mode counts nothing of a whole account, what one API may have as ever', () => {
    const { restLimits, httpLimits, domainLimits } = readSettings({}, {});
    assert.deepEqual(
      [restLimits.edgeApis, httpLimits.apis, domainLimits.publicDomainNames],
      [100_000, 100_000, 100_000],
    );
    assert.deepEqual([restLimits.stagesPerApi, restLimits.resourcesPerApi, httpLimits.routesPerApi], [10, 300, 300]);
    assert.equal(domainLimits.mappingsPerDomain, 200);
  });

  test('[LIM-06] a quota that is named holds in either mode, also AWS’s own', () => {
    const config = join(directory, 'gw.json');
    writeFileSync(config, '{"restLimits": {"edgeApis": 120, "stagesPerApi": 3}, "httpLimits": {"apis": 7}}');
    for (const mode of ['dev', 'secure']) {
      const { restLimits, httpLimits } = readSettings({ config, mode }, {});
      assert.deepEqual([restLimits.edgeApis, restLimits.stagesPerApi, httpLimits.apis], [120, 3, 7]);
    }
  });
});
