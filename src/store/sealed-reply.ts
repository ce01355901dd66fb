/** A kept answer that cannot be read without its cache's key, nor changed unseen: AES-256-GCM over all of it (row CACHE-09). */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { CachedReply } from '../ports/response-cache.ts';

export interface SealedReply {
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly text: Buffer;
  readonly isBinary: boolean;
}

/** `key` is 32 bytes. */
export function sealReply(key: Buffer, { status, headers, body }: CachedReply): SealedReply {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const isBinary = typeof body !== 'string';
  const content = isBinary ? Buffer.from(body).toString('base64') : body;
  const text = Buffer.concat([cipher.update(JSON.stringify([status, headers, content])), cipher.final()]);
  return { iv, tag: cipher.getAuthTag(), text, isBinary };
}

/** Throws for what was sealed with another key, or changed since. */
export function openReply(key: Buffer, { iv, tag, text, isBinary }: SealedReply): CachedReply {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  decipher.setAuthTag(tag);
  const plain = Buffer.concat([decipher.update(text), decipher.final()]).toString();
  const [status, headers, content] = JSON.parse(plain) as [number, string[], string];
  return { status, headers, body: isBinary ? Buffer.from(content, 'base64') : content };
}
