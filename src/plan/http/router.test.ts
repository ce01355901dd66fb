import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Router } from '../plan.ts';
import { httpAnswer, httpPlanOf, httpProxyTo } from './http-plan-fixture.ts';

const routerOf = (...keys: string[]): Router =>
  httpPlanOf(Object.fromEntries(keys.map((key) => [key, httpProxyTo('http://h')]))).router;

/** The route key matched, or undefined. */
const found = (router: Router, request: string): string | undefined => {
  const [verb, path] = request.split(' ') as [string, string];
  return router.match(verb, path)?.method.label;
};

test('[HRT-02] the guide’s example: full match, then greedy, then $default', () => {
  const router = routerOf('GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default');
  assert.equal(found(router, 'GET /pets/dog/1'), 'GET /pets/dog/1');
  assert.equal(found(router, 'GET /pets/dog/2'), 'GET /pets/dog/{id}');
  assert.equal(found(router, 'GET /pets/cat/1'), 'GET /pets/{proxy+}');
  assert.equal(found(router, 'POST /test/5'), 'ANY /{proxy+}');
  assert.equal(found(router, 'POST /'), '$default');
});

test('[HRT-02] a full match anywhere beats a greedy one that is more exact at first; a verb of its own beats ANY', () => {
  const router = routerOf('ANY /a/{proxy+}', 'GET /{x}/b', 'ANY /{x}/b');
  assert.equal(found(router, 'GET /a/b'), 'GET /{x}/b');
  assert.equal(found(router, 'PUT /a/b'), 'ANY /{x}/b');
  assert.equal(found(router, 'GET /a/c'), 'ANY /a/{proxy+}');
  assert.equal(
    found(routerOf('GET /{x}', 'ANY /a'), 'GET /a'),
    'ANY /a',
    'a static path beats a variable, even with ANY',
  );
});

test('[HRT-06] path and verb must both match before specificity decides', () => {
  const router = routerOf('POST /pets/{id}', 'ANY /{proxy+}');
  assert.equal(found(router, 'GET /pets/1'), 'ANY /{proxy+}');
  assert.equal(found(router, 'POST /pets/1'), 'POST /pets/{id}');
  assert.equal(found(routerOf('POST /pets', 'GET /{x}', '$default'), 'GET /pets'), 'GET /{x}');
});

test('case and slashes count; a variable takes one character at least', () => {
  const router = routerOf('GET /Pets', 'GET /pets/{id}', 'GET /files/{path+}', 'GET /end/', 'GET /');
  for (const path of ['/pets', '/PETS', '/Pets/', '//Pets', '/pets/', '/files', '/files/', '/end', '/pets/1/']) {
    assert.equal(found(router, `GET ${path}`), undefined, path);
  }
  assert.equal(found(router, 'GET /end/'), 'GET /end/');
  assert.equal(found(router, 'GET /'), 'GET /');
  assert.deepEqual(router.match('GET', '/files/a/b/')?.pathParameters, { path: 'a/b/' });
  assert.deepEqual(router.match('GET', '/pets/a%2Fb%20c')?.pathParameters, { id: 'a/b c' });
});

test('$default takes every usual verb and no invented one', () => {
  const router = routerOf('$default');
  for (const verb of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']) {
    assert.equal(found(router, `${verb} /any/where`), '$default');
  }
  for (const verb of ['CONNECT', 'TRACE', 'get', 'ANY', 'M-SEARCH'])
    assert.equal(found(router, `${verb} /`), undefined);
});

test('[HRT-03] nothing matches: 404 Not Found, the log says what is deployed', async () => {
  const plan = httpPlanOf({ 'GET /pets': httpProxyTo('http://h'), 'POST /pets': httpProxyTo('http://h') });
  const reply = await httpAnswer(plan, { path: '/pet' });
  assert.deepEqual([reply.status, reply.body], [404, '{"message":"Not Found"}']);
  assert.deepEqual(reply.headers, ['Content-Type', 'application/json', 'apigw-requestid', 'JJ1CUEWfoAMFzDA=']);
  assert.match(reply.problem!.why, /^GET \/pet not found; deployed: GET \/pets, POST \/pets; did you mean \/pets\?$/);
});

/** What the rules say, slowly: of all routes that match, the best kind; of one kind, the one whose first differing segment is static. */
function obviousMatch(keys: readonly string[], verb: string, path: string): string | undefined {
  const segments = path.split('/').slice(1);
  const partsOf = (key: string) => key.split(' ')[1]!.split('/').slice(1);
  const rank = (part: string): number => (part.endsWith('+}') ? 2 : part.startsWith('{') ? 1 : 0);
  const paths = new Set(keys.filter((key) => key !== '$default').map((key) => key.split(' ')[1]!));
  const matching: string[] = [];
  for (const template of paths) {
    const key = [`${verb} ${template}`, `ANY ${template}`].find((each) => keys.includes(each));
    if (key === undefined) continue;
    const parts = partsOf(key);
    const isGreedy = rank(parts.at(-1)!) === 2;
    if (isGreedy ? segments.length < parts.length : segments.length !== parts.length) continue;
    if (isGreedy && segments.slice(parts.length - 1).join('/') === '') continue;
    const fits = parts.every((part, i) =>
      rank(part) === 0 ? part === segments[i] : rank(part) === 2 || segments[i] !== '',
    );
    if (fits) matching.push(key);
  }
  const kind = (key: string) => (rank(partsOf(key).at(-1)!) === 2 ? 1 : 0);
  matching.sort((a, b) => {
    if (kind(a) !== kind(b)) return kind(a) - kind(b);
    const [left, right] = [partsOf(a).map(rank), partsOf(b).map(rank)];
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      if (left[i] !== right[i]) return (left[i] ?? 3) - (right[i] ?? 3);
    }
    return 0;
  });
  return matching[0] ?? (keys.includes('$default') ? '$default' : undefined);
}

test('[HRT-02] the router agrees with a slow, obvious matcher on generated routes', () => {
  // A fixed seed: the same routes in every run.
  let state = 20_261_126;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
  const words = ['a', 'b', ''];
  const verbs = ['GET', 'POST', 'ANY'];
  let full = 0;
  let greedy = 0;
  for (let tree = 0; tree < 300; tree++) {
    const keys = new Set<string>(random(3) === 0 ? ['$default'] : []);
    for (let i = 0; i < 12; i++) {
      const parts: string[] = [];
      const depth = 1 + random(4);
      for (let level = 0; level < depth; level++) {
        const isLast = level === depth - 1;
        const drawn = random(5);
        if (drawn === 0 && isLast) parts.push('{rest+}');
        else if (drawn <= 1) parts.push(`{p${level}}`);
        else parts.push(words[random(isLast ? 3 : 2)]!);
      }
      keys.add(`${verbs[random(3)]} /${parts.join('/')}`);
    }
    const all = [...keys];
    const router = routerOf(...all);
    for (let i = 0; i < 40; i++) {
      const path = `/${Array.from({ length: 1 + random(5) }, () => words[random(10) === 0 ? 2 : random(2)]).join('/')}`;
      const verb = verbs[random(2)]!;
      const expected = obviousMatch(all, verb, path);
      if (expected?.includes('+}')) greedy++;
      else if (expected !== undefined && expected !== '$default') full++;
      assert.equal(found(router, `${verb} ${path}`), expected, `${verb} ${path} in ${all.join(', ')}`);
    }
  }
  assert.ok(full > 1_500 && greedy > 500, `${full} full and ${greedy} greedy matches`);
});
