import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { liveDomain, mappings } from './domain-fixture.ts';
import { compileRules as compile, compileGlob, type RoutingRule } from './routing-rules.ts';
import { compileDomain } from './served-domain.ts';

const compileRules = (rules: RoutingRule[]) => compile(rules, (found, path) => ({ rule: found, basePath: path }));

function rule(priority: number, conditions: RoutingRule['conditions'], stripBasePath = false): RoutingRule {
  const action = { apiId: `api${priority}`, stage: 's', stripBasePath };
  return { routingRuleId: `r${priority}`, priority, conditions, action };
}

const header = (name: string, valueGlob: string) => ({ matchHeaders: [{ header: name, valueGlob }] });
const basePath = (...matchBasePaths: string[]) => ({ matchBasePaths });

test('[DOM-21] rules are tried by rising priority, the first that fits answers, one without conditions takes all', () => {
  const ruleOf = compileRules([rule(100, []), rule(10, [header('Hello', 'World')]), rule(50, [header('Hello', 'W*')])]);
  assert.equal(ruleOf('/', ['hello', 'World'])?.rule.priority, 10);
  assert.equal(ruleOf('/', ['HELLO', 'Wide'])?.rule.priority, 50);
  assert.equal(ruleOf('/', ['hello', 'there'])?.rule.priority, 100);
  assert.equal(ruleOf('/', [])?.rule.priority, 100);
});

test('[DOM-21] all conditions of a rule must hold, any entry of a condition suffices', () => {
  const ruleOf = compileRules([
    rule(1, [
      { matchHeaders: [header('a', '1').matchHeaders[0]!, header('b', '2').matchHeaders[0]!] },
      header('c', '3'),
      basePath('users', 'people'),
    ]),
  ]);
  assert.ok(ruleOf('/users', ['b', '2', 'c', '3']));
  assert.ok(ruleOf('/people/1', ['a', '1', 'c', '3']));
  assert.equal(ruleOf('/users', ['a', '1', 'b', '2']), undefined);
  assert.equal(ruleOf('/users', ['c', '3']), undefined);
  assert.equal(ruleOf('/others', ['a', '1', 'c', '3']), undefined);
});

for (const [glob, fitting, others] of [
  ['a*', ['account', 'alpha', 'a'], ['beta', 'Alpha', '']],
  ['*a', ['beta', 'alpha', 'a'], ['account', 'A']],
  ['*a*', ['alpha', 'beta', 'account'], ['BETA', 'xyz']],
  ['*', ['', 'anything'], []],
  ['World', ['World'], ['world', 'World!', '']],
  ['a.c', ['a.c'], ['abc']],
] as const) {
  test(`[DOM-22] the glob ${glob} fits ${fitting.map((value) => `'${value}'`).join(', ')} and nothing else of the table`, () => {
    const fits = compileGlob(glob);
    for (const value of fitting) assert.equal(fits(value), true, value);
    for (const value of others) assert.equal(fits(value), false, value);
  });
}

test('[DOM-22] a header that is not there fits no glob, one that comes twice fits with either value', () => {
  const ruleOf = compileRules([rule(1, [header('x-version', '*')]), rule(2, [header('y', 'b')])]);
  assert.equal(ruleOf('/', []), undefined);
  assert.equal(ruleOf('/', ['X-Version', ''])?.rule.priority, 1);
  assert.equal(ruleOf('/', ['y', 'a', 'Y', 'b'])?.rule.priority, 2);
});

test('[DOM-23] base paths are whole segments in their own case, the longest of several counts', () => {
  const ruleOf = compileRules([rule(1, [basePath('users', 'users/v1')])]);
  const matched = (path: string): string | undefined => ruleOf(path, [])?.basePath;
  assert.equal(matched('/users'), 'users');
  assert.equal(matched('/users/7'), 'users');
  assert.equal(matched('/users/v1/7'), 'users/v1');
  for (const path of ['/Users', '/usersX', '//users', '/%75sers', '/', '/x/users'])
    assert.equal(matched(path), undefined);
});

test('[DOM-23] stripBasePath takes the matched base path away, without it the API sees the whole path', () => {
  const domain = compileDomain(
    liveDomain('a.example.com', {
      domain: { routingMode: 'ROUTING_RULE_ONLY' },
      rules: [
        rule(1, [basePath('users')], true),
        rule(2, [basePath('orders')], false),
        rule(3, [header('x', '1')], true),
      ],
    }),
  );
  const rest = (path: string, headers: string[] = []): string => path.slice(domain.route(path, headers)!.restAt);
  assert.equal(rest('/users/7'), '/7');
  assert.equal(rest('/users'), '');
  assert.equal(rest('/orders/7'), '/orders/7');
  assert.equal(rest('/any/7', ['x', '1']), '/any/7');
});

for (const [routingMode, expected] of [
  ['API_MAPPING_ONLY', ['mapped', 'mapped']],
  ['ROUTING_RULE_ONLY', ['api1', undefined]],
  ['ROUTING_RULE_THEN_API_MAPPING', ['api1', 'mapped']],
] as const) {
  test(`[DOM-24] ${routingMode} answers with ${expected[0]} where a rule fits and ${expected[1] ?? 'nobody'} where none does`, () => {
    const domain = compileDomain(
      liveDomain('a.example.com', {
        domain: { routingMode },
        rules: [rule(1, [header('x', '1')])],
        mappings: mappings({ '': 'mapped:s' }),
      }),
    );
    assert.deepEqual([domain.route('/', ['x', '1'])?.apiId, domain.route('/', [])?.apiId], expected);
  });
}
