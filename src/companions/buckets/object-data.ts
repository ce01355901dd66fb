/**
 * The bytes of objects: in files below the data directory, or in pieces in the store, where several nodes share one or everything is in memory. Written under a
 * name nobody knows yet, in pieces as they come, and encrypted on the way (decisions/0067).
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { BodyStream } from '../../base/body-stream.ts';
import type { KeyFor } from '../local-keys.ts';
import type { DataRef } from './records.ts';

/** Where encrypted bytes lie. */
export interface RawData {
  /** Takes pieces one after the other; `done` makes them readable, `undo` leaves nothing behind. */
  begin(id: string): Promise<{ write(piece: Buffer): Promise<void>; done(): Promise<void>; undo(): Promise<void> }>;
  /** Bytes from `start` to `end`, exclusive. */
  read(ref: DataRef, start: number, end: number): AsyncGenerator<Buffer>;
  delete(ref: DataRef): Promise<void>;
  clear(): Promise<void>;
}

export interface ObjectData {
  /** Keeps what `source` gives. When that throws, nothing is kept. */
  write(source: AsyncIterable<Uint8Array>, keyId: string | undefined): Promise<DataRef>;
  /** Of several pieces, read as one: from `start` to `end`, exclusive. */
  read(refs: readonly DataRef[], start: number, end: number): BodyStream;
  /** Never rejects: what cannot be deleted takes up room, nothing else. */
  delete(refs: readonly DataRef[]): Promise<void>;
  clear(): Promise<void>;
}

const cipher = 'aes-256-ctr';
const blockBytes = 16;

export function createObjectData(raw: RawData, keyFor: KeyFor): ObjectData {
  // Every piece has a key of its own, so the counter may begin at nothing.
  const keyOf = ({ id, keyId = '' }: Pick<DataRef, 'id' | 'keyId'>): Buffer => keyFor(`object ${keyId} ${id}`);

  async function* plain(ref: DataRef, start: number, end: number): AsyncGenerator<Buffer> {
    if (start >= end) return;
    const block = Math.floor(start / blockBytes);
    const counter = Buffer.alloc(blockBytes);
    counter.writeBigUInt64BE(BigInt(block), 8);
    const decipher = createDecipheriv(cipher, keyOf(ref), counter);
    let skipped = start - block * blockBytes;
    for await (const piece of raw.read(ref, block * blockBytes, end)) {
      const bytes = decipher.update(piece);
      yield bytes.subarray(skipped);
      skipped = 0;
    }
  }

  async function* plainOf(refs: readonly DataRef[], start: number, end: number): AsyncGenerator<Buffer> {
    let before = 0;
    for (const ref of refs) {
      const from = Math.max(0, start - before);
      const to = Math.min(ref.size, end - before);
      if (from < to) yield* plain(ref, from, to);
      before += ref.size;
    }
  }

  return {
    async write(source, keyId) {
      const id = randomBytes(16).toString('hex');
      const encrypting = createCipheriv(
        cipher,
        keyOf({ id, ...(keyId !== undefined && { keyId }) }),
        Buffer.alloc(blockBytes),
      );
      const target = await raw.begin(id);
      let size = 0;
      try {
        for await (const piece of source) {
          size += piece.length;
          await target.write(encrypting.update(piece));
        }
        await target.done();
      } catch (error) {
        await target.undo();
        throw error;
      }
      return { id, size, ...(keyId !== undefined && { keyId }) };
    },

    read(refs, start, end) {
      const pieces = plainOf(refs, start, end);
      return {
        length: end - start,
        async read() {
          const next = await pieces.next();
          return next.done === true ? undefined : next.value;
        },
        cancel: () => void pieces.return(undefined).catch(() => {}),
      };
    },

    async delete(refs) {
      await Promise.allSettled(refs.map((ref) => raw.delete(ref)));
    },

    clear: () => raw.clear(),
  };
}
