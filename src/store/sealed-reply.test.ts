import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { CachedReply } from '../ports/response-cache.ts';
import { openReply, sealReply } from './sealed-reply.ts';

const key = randomBytes(32);
const reply: CachedReply = { status: 200, headers: ['X-Token', 'header secret'], body: 'body secret' };

test('[CACHE-09] nothing of a sealed answer can be read, and the same answer is never sealed alike', () => {
  const sealed = sealReply(key, reply);
  const shown = [sealed.text, sealed.iv, sealed.tag].map((each) => each.toString('latin1')).join();
  assert.doesNotMatch(shown, /secret|X-Token/);
  assert.notDeepEqual(sealReply(key, reply).text, sealed.text);
  assert.deepEqual(openReply(key, sealed), reply);
});

test('[CACHE-09] another key opens nothing, and a changed answer does not open', () => {
  const sealed = sealReply(key, reply);
  assert.throws(() => openReply(randomBytes(32), sealed));
  const text = Buffer.from(sealed.text);
  text[5]! ^= 1;
  assert.throws(() => openReply(key, { ...sealed, text }));
  assert.throws(() => openReply(key, { ...sealed, tag: sealed.tag.subarray(0, 4) }));
});
