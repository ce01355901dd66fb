import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { storyText } from './trace-command.ts';

test('what a request brought steers no terminal and forges no line of its story', () => {
  const evil = 'a\u001b[2J\u009b31mb\r\u0007c';
  const text = storyText({
    ...{ requestId: 'id', at: 'now', api: 'api', stage: 'dev', method: 'POST', path: `/${evil}`, route: 'POST /' },
    ...{ status: 200, tookMs: 1 },
    request: { headers: { 'User-Agent': evil, Two: ['x', evil] }, body: `first\n${evil}` },
    events: [
      { atMs: 1, what: 'step', name: evil, outcome: `failed: ${evil}\nproblem FORGED: x`, sent: { body: evil } },
    ],
    log: [`line\n${evil}`],
    problem: { kind: 'K', why: evil },
    answer: { status: 200, body: evil },
  });
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  assert.match(text, /a\\x1b\[2J\\x9b31mb\\x0d\\x07c/);
  assert.match(text, /\n {16}first\n {16}a\\x1b/);
  assert.doesNotMatch(text, /^problem FORGED/m);
});
