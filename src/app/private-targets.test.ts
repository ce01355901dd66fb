import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createPrivateTargets, isTargetAddress } from './private-targets.ts';

const loadBalancer = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/orders/50dc6c495c0c9188';
const listener =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/net/orders/50dc6c495c0c9188/0467ef3c8400ae65';
const link = { id: 'ab12cd', name: 'orders', targetArns: [loadBalancer] };

const portOf = (target: unknown) => (target as { port: number }).port;

test('a VPC link leads to the address its load balancer is mapped to, before that of its id and of its name', () => {
  const all = { [loadBalancer]: ['127.0.0.1:1001'], ab12cd: ['127.0.0.1:1002'], orders: ['127.0.0.1:1003'] };
  assert.equal(portOf(createPrivateTargets(all).targetFor(link)), 1001);
  const { [loadBalancer]: _arn, ...named } = all;
  assert.equal(portOf(createPrivateTargets(named).targetFor(link)), 1002);
  assert.equal(portOf(createPrivateTargets({ orders: all.orders }).targetFor(link)), 1003);
});

test('several targets of one link are used in turn', () => {
  const targets = createPrivateTargets({ orders: ['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3'] });
  assert.deepEqual(
    [1, 2, 3, 4].map(() => portOf(targets.targetFor(link))),
    [1, 2, 3, 1],
  );
});

test('a listener leads where its load balancer is mapped to', () => {
  const targets = createPrivateTargets({ [loadBalancer]: ['http://10.0.0.7:8080'] });
  const found = targets.targetFor({ ...link, targetArns: [listener] });
  assert.deepEqual(found, { host: '10.0.0.7', port: 8080, isTls: false });
});

test('an address without a scheme leaves TLS to the URI of the integration, one with a scheme decides', () => {
  const isTls = (address: string) => {
    const target = createPrivateTargets({ orders: [address] }).targetFor(link);
    return typeof target === 'string' ? target : target.isTls;
  };
  assert.equal(isTls('localhost:8443'), undefined);
  assert.equal(isTls('https://localhost:8443'), true);
  assert.equal(isTls('http://localhost:8443'), false);
});

test('a link that is not mapped is answered with a sentence that names the setting', () => {
  const found = createPrivateTargets({}).targetFor(link);
  assert.match(
    String(found),
    /VPC link ab12cd \(orders\) leads nowhere: map it with --vpc-link-target arn:aws:elastic.*vpcLinkTargets/,
  );
});

test('an address is a host with a port or an origin, nothing else', () => {
  for (const good of ['127.0.0.1:80', 'localhost:8080', '[::1]:8080', 'http://localhost', 'https://a.example:8443']) {
    assert.ok(isTargetAddress(good), good);
  }
  for (const bad of ['localhost', 'http://a/path', 'http://u:p@a', 'ftp://a:1', 'a:99999', '', 7, null]) {
    assert.equal(isTargetAddress(bad), false, String(bad));
  }
});
