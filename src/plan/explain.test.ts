import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { explainUnmatched } from './explain.ts';
import { type ApiInWords, mock200, planOf } from './plan-fixture.ts';

const explain = (labels: string[], method: string, path: string): string => {
  const methods: ApiInWords = Object.fromEntries(labels.map((label) => [label, mock200]));
  return explainUnmatched(planOf(methods), method, path);
};

test('a misspelt path gets its neighbour named', () => {
  assert.equal(
    explain(['GET /pets', 'POST /pets'], 'GET', '/pet'),
    'GET /pet not found; deployed: GET /pets, POST /pets; did you mean /pets?',
  );
  assert.match(explain(['GET /pets/{id}/toys'], 'GET', '/pets/7/toy'), /did you mean \/pets\/\{id\}\/toys\?$/);
  assert.match(explain(['GET /Pets'], 'GET', '/pets'), /did you mean \/Pets\?$/);
});

test('nothing near is not guessed at', () => {
  assert.equal(explain(['GET /pets'], 'GET', '/somewhere/else'), 'GET /somewhere/else not found; deployed: GET /pets');
});

test('a wrong verb is told with the right ones', () => {
  assert.match(explain(['GET /pets', 'PUT /pets'], 'DELETE', '/pets'), /; \/pets has GET, PUT, not DELETE$/);
  assert.match(explain(['GET /pets'], 'HEAD', '/pets'), /not HEAD \(HEAD needs HEAD or ANY\)$/);
});

test('a stage that stands twice is seen', () => {
  assert.match(
    explain(['GET /pets'], 'GET', '/dev/pets'),
    /the stage stands twice in the path, did you mean \/pets\?$/,
  );
});

test('many routes are counted, none is said so', () => {
  const labels = Array.from({ length: 20 }, (_, i) => `GET /r${String(i).padStart(2, '0')}`);
  assert.match(explain(labels, 'GET', '/x/y/z/long'), /GET \/r11 and 8 more$/);
  assert.equal(explain([], 'GET', '/'), 'GET / not found; the deployment has no methods');
});

test('a very long path is explained in no time', () => {
  const labels = Array.from({ length: 300 }, (_, i) => `GET /resource${i}/{id}`);
  const startedMs = performance.now();
  explain(labels, 'GET', `/${'resource1'.repeat(1_000)}`);
  assert.ok(performance.now() - startedMs < 500);
});
