/** Bytes of objects in the store, in pieces of a megabyte: for `--memory`, and for nodes that share a database and therefore everything in it. */
import { Problem } from '../../base/problem.ts';
import type { Store } from '../../ports/store.ts';
import type { RawData } from './object-data.ts';

const pieceBytes = 1024 * 1024;

/** `maxBytes`: of all objects together, where they are kept in memory. */
export function dataInStore(store: Store, maxBytes = Number.POSITIVE_INFINITY): RawData {
  let keptBytes = 0;
  const blobKey = (id: string, number: number): string => `s3/${id}/${number}`;

  async function deletePieces(id: string, bytes: number): Promise<void> {
    keptBytes -= bytes;
    await store.write(async (tx) => {
      for (let number = 0; number * pieceBytes < bytes; number++) tx.deleteBlob(blobKey(id, number));
    });
  }

  return {
    async begin(id) {
      let piece = Buffer.alloc(0);
      let number = 0;
      let written = 0;

      async function put(bytes: Buffer): Promise<void> {
        if (keptBytes + bytes.length > maxBytes) throw memoryIsFull(maxBytes);
        keptBytes += bytes.length;
        written += bytes.length;
        await store.write(async (tx) => tx.putBlob(blobKey(id, number), bytes));
        number++;
      }

      return {
        async write(bytes) {
          piece = Buffer.concat([piece, bytes]);
          while (piece.length >= pieceBytes) {
            await put(piece.subarray(0, pieceBytes));
            piece = Buffer.from(piece.subarray(pieceBytes));
          }
        },
        async done() {
          if (piece.length > 0) await put(piece);
        },
        undo: () => deletePieces(id, written),
      };
    },

    async *read({ id }, start, end) {
      for (let at = start; at < end; ) {
        const number = Math.floor(at / pieceBytes);
        const bytes = await store.read((tx) => tx.getBlob(blobKey(id, number)));
        if (bytes === undefined) throw new Error(`Cannot read object data ${id}: piece ${number} is gone`);
        const from = at - number * pieceBytes;
        const piece = Buffer.from(bytes).subarray(from, from + end - at);
        if (piece.length === 0) throw new Error(`Cannot read object data ${id}: piece ${number} is too short`);
        at += piece.length;
        yield piece;
      }
    },

    delete: ({ id, size }) => deletePieces(id, size),

    /** The store was emptied already. */
    async clear() {
      keptBytes = 0;
    },
  };
}

const memoryIsFull = (maxBytes: number): Problem =>
  new Problem(
    'ServiceUnavailable',
    'Objects in memory may have no more room. Delete some, or start with a data directory.',
    {
      why: `objects in memory would take more than ${maxBytes} bytes`,
    },
  );
