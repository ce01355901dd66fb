import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { readSettings } from './settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'gatewright-settings-'));
after(() => rmSync(directory, { recursive: true, force: true }));

function settingsFile(content: string): string {
  const file = join(directory, 'gw.json');
  writeFileSync(file, content);
  return file;
}

test('nothing given: port 4566 on loopback, dev mode, a data directory, the account limits of AWS', () => {
  const settings = readSettings({}, {});
  assert.equal(settings.port, 4566);
  assert.equal(settings.host, '127.0.0.1');
  assert.equal(settings.mode, 'dev');
  assert.equal(settings.dataDirectory, resolve('.gatewright'));
  assert.deepEqual(settings.accountThrottle, { ratePerSecond: 10_000, burst: 5_000 });
});

test('a flag beats the environment, which beats the file', () => {
  const config = settingsFile('{"port": 1000, "host": "0.0.0.0", "logLevel": "warn"}');
  const settings = readSettings({ config, port: '3000' }, { GATEWRIGHT_PORT: '2000', GATEWRIGHT_HOST: '::1' });
  assert.deepEqual([settings.port, settings.host, settings.logLevel], [3000, '::1', 'warn']);
});

test('every complaint is told at once, with the state and what was expected', () => {
  const config = settingsFile('{"port": "eighty", "prot": 1, "accountThrottle": {"ratePerSecond": -1, "burst": 1}}');
  assert.throws(() => readSettings({ config, mode: 'open' }, {}), {
    message: [
      `Cannot read settings ${JSON.stringify(config)}: port is "eighty", expected a whole number from 0 to 65535`,
      `Cannot read settings ${JSON.stringify(config)}: no setting is named "prot"`,
      `Cannot read settings ${JSON.stringify(config)}: accountThrottle is {"ratePerSecond":-1,"burst":1}, expected null or an object with the numbers ratePerSecond and burst`,
      'Cannot read flag --mode: mode is "open", expected one of dev, secure',
    ].join('\n'),
  });
});

test('samples are a list, on the command line a text with commas between', () => {
  assert.deepEqual(readSettings({}, {}).sample, []);
  assert.deepEqual(readSettings({ sample: 'rides,walk-through' }, {}).sample, ['rides', 'walk-through']);
  assert.deepEqual(readSettings({ config: settingsFile('{"sample": ["chat"]}') }, {}).sample, ['chat']);
  for (const sample of ['tides', 'rides,', '']) {
    assert.throws(() => readSettings({ sample }, {}), /expected a list of rides, walk-through, chat$/);
  }
});

test('a file that is missing or no JSON object is a complaint', () => {
  assert.throws(() => readSettings({ config: join(directory, 'none.json') }, {}), /there is no such file/);
  assert.throws(() => readSettings({ config: settingsFile('[1]') }, {}), /expected one JSON object/);
  assert.throws(() => readSettings({ config: settingsFile('{"port":') }, {}), /Cannot read settings .*JSON/);
});

test('secure mode logs JSON, and takes keys from the file', () => {
  assert.deepEqual(readSettings({ mode: 'secure' }, {}).credentials, []);
  const key = { accessKeyId: 'AK', secretAccessKey: 's', account: '123456789012' };
  const config = settingsFile(JSON.stringify({ mode: 'secure', credentials: [key] }));
  const settings = readSettings({ config }, {});
  assert.deepEqual([settings.logFormat, settings.credentials], ['json', [key]]);
});

test('--memory keeps no data directory and excludes --data', () => {
  assert.equal(readSettings({ memory: true }, {}).dataDirectory, undefined);
  assert.throws(() => readSettings({ memory: true, data: 'x' }, {}), /Cannot use --memory with --data/);
});

test('endpoints of AWS services come from repeated flags or from an object in the file', () => {
  const flags = { 'aws-endpoint': ['sqs=http://127.0.0.1:9324', 's3=https://s3.local/'] };
  const expected = { sqs: 'http://127.0.0.1:9324', s3: 'https://s3.local' };
  assert.deepEqual(readSettings(flags, {}).awsEndpoints, expected);
  const config = settingsFile(JSON.stringify({ awsEndpoints: expected }));
  assert.deepEqual(readSettings({ config }, {}).awsEndpoints, expected);
  const wrong = ['sqs', '=http://h', 'sqs=', 'sqs=ftp://h', 'sqs=http://h/path', 'sqs=http://u:p@h', 'SQS=http://h'];
  for (const text of wrong) {
    assert.throws(() => readSettings({ 'aws-endpoint': [text] }, {}), /Cannot read flag --aws-endpoint/, text);
  }
});

test('addresses where APIs alone are served come from repeated flags, a certificate from two files or none', () => {
  assert.deepEqual(readSettings({ listen: ['0.0.0.0:443', '[::]:8080'] }, {}).apiListeners, [
    { host: '0.0.0.0', port: 443 },
    { host: '::', port: 8080 },
  ]);
  for (const text of ['443', ':443', 'localhost', '::1:443', '1.2.3.4:65536', 'http://localhost:80']) {
    assert.throws(() => readSettings({ listen: [text] }, {}), /a list of addresses like 0\.0\.0\.0:443/, text);
  }
  const both = readSettings({ 'tls-certificate': 'cert.pem', 'tls-key': '/key.pem' }, {});
  assert.deepEqual([both.tlsCertificateFile, both.tlsKeyFile], [resolve('cert.pem'), '/key.pem']);
  assert.throws(() => readSettings({ 'tls-key': 'key.pem' }, {}), /tlsCertificateFile and tlsKeyFile belong together/);
});

test('keys of the environment and keys of the file are kept apart', () => {
  assert.equal(readSettings({}, { AWS_ACCESS_KEY_ID: 'AK' }).environmentKeys, undefined);
  const env = { AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' };
  const environmentKeys = { accessKeyId: 'AK', secretAccessKey: 's', sessionToken: 't' };
  const awsKeys = { accessKeyId: 'FILE', secretAccessKey: 'f' };
  const keysOf = (given: Record<string, unknown>) => {
    const read = readSettings(given, env);
    return [read.awsKeys, read.environmentKeys];
  };
  assert.deepEqual(keysOf({}), [undefined, environmentKeys]);
  assert.deepEqual(keysOf({ config: settingsFile(JSON.stringify({ awsKeys })) }), [awsKeys, environmentKeys]);
  assert.throws(() => readSettings({ config: settingsFile('{"awsKeys": {"accessKeyId": "a"}}') }, {}), /awsKeys is/);
  const config = settingsFile(JSON.stringify({ environmentKeys }));
  assert.throws(() => readSettings({ config }, {}), /no setting is named "environmentKeys"/);
});

test('issuer aliases are read from flags and from the settings file, whole addresses only', () => {
  const flag = ['https://issuer.example/a=http://127.0.0.1:3000', 'http://x=https://y/b'];
  const expected = { 'https://issuer.example/a': 'http://127.0.0.1:3000', 'http://x': 'https://y/b' };
  assert.deepEqual(readSettings({ 'issuer-alias': flag }, {}).issuerAliases, expected);
  const config = settingsFile(JSON.stringify({ issuerAliases: expected }));
  assert.deepEqual(readSettings({ config }, {}).issuerAliases, expected);
  for (const wrong of ['https://a', 'a=http://b', 'https://a=b', 'https://a=https://b?c', '=https://b']) {
    assert.throws(() => readSettings({ 'issuer-alias': [wrong] }, {}), /Cannot read flag --issuer-alias/, wrong);
  }
});

test('trusted proxies are addresses and ranges', () => {
  const config = (trustedProxies: unknown) => ({ config: settingsFile(JSON.stringify({ trustedProxies })) });
  assert.deepEqual(readSettings(config(['10.0.0.0/8', '::1']), {}).trustedProxies, ['10.0.0.0/8', '::1']);
  assert.throws(() => readSettings(config(['everybody']), {}), /expected a list of IP addresses or ranges/);
});

test('VPC endpoints are named with their network and how their clients come', () => {
  const id = 'vpce-0123456789abcdef0';
  const read = (endpoint: object, name = id) =>
    readSettings({ config: settingsFile(JSON.stringify({ vpcEndpoints: { [name]: endpoint } })) }, {}).vpcEndpoints;
  const vpcId = 'vpc-0123456789abcdef0';
  for (const more of [{ listen: '127.0.0.1:8443' }, { listen: '[::1]:0' }, { sourceRanges: ['10.0.0.0/8', '::1'] }]) {
    assert.deepEqual(read({ vpcId, ...more }), { [id]: { vpcId, ...more } });
  }
  const policy = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };
  assert.ok(read({ vpcId, listen: 'localhost:1', accountId: '123456789012', privateDns: false, policy }));
  const wrong: [object, RegExp][] = [
    [{ vpcId }, /one of listen and sourceRanges/],
    [{ vpcId, listen: '127.0.0.1:1', sourceRanges: ['10.0.0.0/8'] }, /one of listen and sourceRanges/],
    [{ vpcId: 'vpc', listen: '127.0.0.1:1' }, /a vpcId like/],
    [{ vpcId, listen: '8443' }, /listen like/],
    [{ vpcId, listen: '127.0.0.1:99999' }, /listen like/],
    [{ vpcId, sourceRanges: [] }, /sourceRanges like/],
    [{ vpcId, sourceRanges: ['ten'] }, /sourceRanges like/],
    [{ vpcId, listen: '127.0.0.1:1', policy: { Statement: [{ Effect: 'Maybe' }] } }, /a policy document/],
    [{ vpcId, listen: '127.0.0.1:1', polcy: {} }, /not polcy/],
    [{ vpcId, listen: '127.0.0.1:1', accountId: '1' }, /12 digits/],
  ];
  for (const [endpoint, expected] of wrong) assert.throws(() => read(endpoint), expected);
  assert.throws(() => read({ vpcId, listen: '127.0.0.1:1' }, 'mine'), /ids like vpce-/);
});

test('Redis is named by flag, environment or file, and a wrong address is told without its password', () => {
  const address = 'rediss://gate:swordfish@redis:6379/1?prefix=shop';
  assert.equal(readSettings({ shared: address }, {}).shared, address);
  assert.equal(readSettings({}, { GATEWRIGHT_SHARED: address }).shared, address);
  assert.equal(readSettings({ config: settingsFile(JSON.stringify({ shared: address })) }, {}).shared, address);
  assert.equal(readSettings({}, {}).shared, undefined);
  assert.throws(
    () => readSettings({ shared: 'http://:swordfish@redis' }, {}),
    (error: Error) =>
      /shared is not right, expected an address such as redis/.test(error.message) && !/swordfish/.test(error.message),
  );
});
