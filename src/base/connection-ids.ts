/**
 * Ids of WebSocket connections and their messages, shaped as AWS's (recorded E8): 20 characters, URL-safe base64 of 13 bytes, the front growing with
 * time, the last ten characters the same for a connection and its messages. An id that was never given out is told from one whose connection is
 * gone by a check within it (recorded M5), so neither needs to be remembered.
 */
import { randomBytes } from 'node:crypto';

const bytesOfId = 13;
/** Bytes 0–7 are the front (its last four bits belong to the tail's first character), 8–12 the tail. */
const frontBytes = 8;

let lastMs = 0;
let sequence = 0;

/** Where in the id the number of the node stands that holds the connection, when there are several. */
const nodeAt = frontBytes;

/** A new connection's id, the URL-safe text AWS shows. `node`, of 16 bits, is the node that holds it; by chance when there is but one. */
export function newConnectionId(nowMs: number, node?: number): string {
  const bytes = randomBytes(bytesOfId);
  writeFront(bytes, nowMs);
  if (node !== undefined) bytes.writeUInt16BE(node, nodeAt);
  writeCheck(bytes);
  return text(bytes);
}

/** The id of a message of a connection: a front of its own, the connection's tail. */
export function newMessageId(connectionId: string, nowMs: number): string {
  const bytes = Buffer.from(connectionId, 'base64url');
  writeFront(bytes, nowMs);
  return text(bytes);
}

/** The node in a connection's id. */
export const nodeOfConnection = (connectionId: string): number =>
  Buffer.from(connectionId, 'base64url').readUInt16BE(nodeAt);

/** Whether the text is an id this gateway, or another of its kind, once gave a connection. */
export function isConnectionId(id: string): boolean {
  if (!/^[A-Za-z0-9_-]{18}==$/.test(id)) return false;
  const bytes = Buffer.from(id, 'base64url');
  if (bytes.length !== bytesOfId || text(bytes) !== id) return false;
  return bytes.readUInt16BE(bytesOfId - 2) === checkOf(bytes);
}

const text = (bytes: Buffer): string => `${bytes.toString('base64url')}==`;

/** 44 bits of milliseconds, 16 of a sequence within one; the low half of byte 7 stays the tail's. */
function writeFront(bytes: Buffer, nowMs: number): void {
  sequence = nowMs === lastMs ? (sequence + 1) & 0xffff : sequence & 0xff;
  lastMs = nowMs;
  const kept = bytes[frontBytes - 1]! & 0x0f;
  const time = BigInt.asUintN(44, BigInt(Math.trunc(nowMs)));
  bytes.writeBigUInt64BE((time << 20n) | (BigInt(sequence) << 4n) | BigInt(kept));
}

function writeCheck(bytes: Buffer): void {
  bytes.writeUInt16BE(checkOf(bytes), bytesOfId - 2);
}

/** FNV-1a over all but the check itself, folded to 16 bits: no secret, only a guard against ids that never were. */
function checkOf(bytes: Buffer): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytesOfId - 2; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193) >>> 0;
  return (hash >>> 16) ^ (hash & 0xffff);
}
