import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { MethodPlan, Router } from './plan.ts';
import { compileRouter } from './router.ts';

function method(label: string): MethodPlan {
  const [httpMethod, resourcePath] = label.split(' ') as [string, string];
  return {
    label,
    httpMethod,
    resourceId: '',
    resourcePath,
    operationName: undefined,
    inbound: [],
    integration: { name: 'none', run: () => ({ status: 200, headers: [], body: '', problem: undefined }) },
    finish: [],
    metrics: { record() {} },
  };
}

const routerOf = (...labels: string[]): Router => compileRouter(labels.map(method));
/** The label matched, or undefined. */
const found = (router: Router, request: string): string | undefined => {
  const [verb, path] = request.split(' ') as [string, string];
  return router.match(verb, path)?.method.label;
};

test('[RT-01] an exact segment beats {param}, which beats {proxy+}, at every level', () => {
  const router = routerOf('GET /a/b', 'GET /{x}/b', 'GET /a/{y}', 'GET /{proxy+}');
  assert.equal(found(router, 'GET /a/b'), 'GET /a/b');
  assert.equal(found(router, 'GET /z/b'), 'GET /{x}/b');
  assert.equal(found(router, 'GET /a/z'), 'GET /a/{y}');
  assert.equal(found(router, 'GET /z/z'), 'GET /{proxy+}');
  assert.equal(found(router, 'GET /a/b/c'), 'GET /{proxy+}');
});

test('[RT-02] {proxy+} takes one segment or more, never none', () => {
  const router = routerOf('ANY /{proxy+}', 'ANY /parent/{rest+}');
  assert.equal(found(router, 'GET /'), undefined);
  assert.equal(found(router, 'GET /x'), 'ANY /{proxy+}');
  assert.equal(found(router, 'GET /parent/x/y'), 'ANY /parent/{rest+}');
  assert.equal(found(router, 'GET /parent'), 'ANY /{proxy+}');
  assert.equal(found(routerOf('ANY /parent/{rest+}'), 'GET /parent'), undefined);
});

test('[RT-04] an explicit verb beats ANY on the resource', () => {
  const router = routerOf('ANY /a', 'GET /a');
  assert.equal(found(router, 'GET /a'), 'GET /a');
  assert.equal(found(router, 'PUT /a'), 'ANY /a');
});

test('[RT-04] ANY stands for seven verbs, not for whatever a client makes up', () => {
  const router = routerOf('ANY /a', 'ANY /{proxy+}');
  for (const verb of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']) {
    assert.equal(found(router, `${verb} /a`), 'ANY /a');
  }
  for (const verb of ['CONNECT', 'TRACE', 'get', 'ANY', 'M-SEARCH', '']) {
    assert.equal(found(router, `${verb} /a`), undefined);
    assert.equal(found(router, `${verb} /b/c`), undefined);
  }
});

test('[RT-03] a greedy resource below another carves its subtree out of it', () => {
  const router = routerOf('ANY /{proxy+}', 'ANY /parent/{proxy+}', 'ANY /parent/fixed');
  assert.equal(found(router, 'GET /parent/x'), 'ANY /parent/{proxy+}');
  assert.equal(found(router, 'GET /parent/x/y'), 'ANY /parent/{proxy+}');
  assert.equal(found(router, 'GET /parent/fixed'), 'ANY /parent/fixed');
  assert.equal(found(router, 'GET /parent/fixed/x'), 'ANY /parent/{proxy+}');
  assert.equal(found(router, 'GET /parent'), 'ANY /{proxy+}');
  assert.equal(found(router, 'GET /other/x'), 'ANY /{proxy+}');
});

test('an exact resource without the verb falls back to its greedy sibling; ANY on it wins over the fallback', () => {
  assert.equal(found(routerOf('POST /a', 'GET /{proxy+}'), 'GET /a'), 'GET /{proxy+}');
  assert.equal(found(routerOf('POST /a', 'ANY /a', 'GET /{proxy+}'), 'GET /a'), 'ANY /a');
  assert.equal(
    found(routerOf('GET /{proxy+}', 'POST /a'), 'GET /a'),
    'GET /{proxy+}',
    'creation order does not matter',
  );
});

test('[RT-06] case counts, one trailing slash does not', () => {
  const router = routerOf('GET /Pets', 'GET /pets/{id}', 'GET /');
  assert.equal(found(router, 'GET /pets'), undefined);
  assert.equal(found(router, 'GET /Pets/'), 'GET /Pets');
  assert.equal(found(router, 'GET /Pets//'), undefined);
  assert.equal(found(router, 'GET //Pets'), 'GET /Pets');
  assert.equal(found(router, 'GET /pets/7/'), 'GET /pets/{id}');
  assert.equal(found(router, 'GET /pets//'), undefined, 'a parameter is never empty');
  assert.equal(found(router, 'GET /'), 'GET /');
  assert.equal(found(router, 'GET //'), 'GET /');
});

test('[RT-07] an encoded slash stays inside its segment; parameters come decoded', () => {
  const router = routerOf('GET /items/{id}', 'GET /files/{path+}', 'GET /caf%C3%A9/{x}', 'GET /a:b/{x}');
  assert.deepEqual(router.match('GET', '/items/a%2Fb')?.pathParameters, { id: 'a/b' });
  assert.deepEqual(router.match('GET', '/files/a%20b/c/')?.pathParameters, { path: 'a b/c' });
  assert.deepEqual(router.match('GET', '/a%3Ab/1')?.pathParameters, { x: '1' });
});

test('a broken escape is text like any other', () => {
  const router = routerOf('GET /{id}/x');
  for (const id of ['%zz', '%', '%2', '%ff', '%c3%28', '\0']) {
    assert.deepEqual(router.match('GET', `/${id}/x`)?.pathParameters, { id }, id);
  }
});

test('[RT-11] HEAD needs HEAD or ANY', () => {
  assert.equal(found(routerOf('GET /a'), 'HEAD /a'), undefined);
  assert.equal(found(routerOf('GET /a', 'HEAD /a'), 'HEAD /a'), 'HEAD /a');
  assert.equal(found(routerOf('ANY /a'), 'HEAD /a'), 'ANY /a');
});

test('parameters are named as in the template, in its order', () => {
  const router = routerOf('GET /{a}/x/{b}/{rest+}');
  assert.equal(JSON.stringify(router.match('GET', '/1/x/2/3/4')?.pathParameters), '{"a":"1","b":"2","rest":"3/4"}');
  assert.equal(routerOf('GET /x').match('GET', '/x')?.pathParameters, null);
});

/** What the rules say, slowly: of all routes that match, the one whose first differing segment is more exact. */
function obviousMatch(labels: readonly string[], verb: string, path: string): string | undefined {
  const segments = path.replace(/\/$/, '').split('/').slice(1);
  const rank = (part: string): number => (part.endsWith('+}') ? 2 : part.startsWith('{') ? 1 : 0);
  const matching = labels.filter((label) => {
    const [labelVerb, template] = label.split(' ') as [string, string];
    const verbs = labels.filter((each) => each.split(' ')[1] === template).map((each) => each.split(' ')[0]);
    if (labelVerb !== verb && !(labelVerb === 'ANY' && !verbs.includes(verb))) return false;
    const parts = template === '/' ? [] : template.split('/').slice(1);
    const isGreedy = parts.at(-1)?.endsWith('+}') ?? false;
    if (isGreedy ? segments.length < parts.length : segments.length !== parts.length) return false;
    return parts.every((part, i) => rank(part) > 0 || part === segments[i]);
  });
  return matching.sort((a, b) => {
    const [left, right] = [a, b].map((label) => label.split(' ')[1]!.split('/').slice(1).map(rank)) as [
      number[],
      number[],
    ];
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      if (left[i] !== right[i]) return (left[i] ?? 3) - (right[i] ?? 3);
    }
    return 0;
  })[0];
}

test('the router agrees with a slow, obvious matcher on generated trees', () => {
  // A fixed seed: the same trees in every run.
  let state = 20_261_121;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  const words = ['a', 'b', 'c'];
  const verbs = ['GET', 'POST', 'ANY'];
  let matches = 0;
  for (let tree = 0; tree < 300; tree++) {
    const labels = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const parts: string[] = [];
      const depth = random(5);
      for (let level = 0; level < depth; level++) {
        const kind = random(6);
        if (kind === 0 && level === depth - 1) parts.push('{rest+}');
        else parts.push(kind === 1 ? `{p${level}}` : words[random(3)]!);
      }
      labels.add(`${verbs[random(3)]} /${parts.join('/')}`);
    }
    const router = routerOf(...labels);
    for (let i = 0; i < 40; i++) {
      const depth = random(6);
      const path = `/${Array.from({ length: depth }, () => words[random(3)]).join('/')}`;
      const verb = verbs[random(2)]!;
      const expected = obviousMatch([...labels], verb, path);
      if (expected !== undefined) matches++;
      assert.equal(found(router, `${verb} ${path}`), expected, `${verb} ${path} in ${[...labels].join(', ')}`);
    }
  }
  assert.ok(matches > 3_000, `only ${matches} requests matched at all`);
});
