/**
 * Reads the zip of a function. It comes from outside, so nothing in it is believed: names may not leave the folder, sizes are
 * counted while inflating, links may not point out. Execute permissions are kept, for `bootstrap` programs.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { badParameter } from './function-errors.ts';

export interface ZipEntry {
  /** Relative, `/` between parts, no `..`. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Target of a link, as it is stored. */
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

export const maxZipBytes = 50 * 1024 * 1024;
/** AWS: 262,144,000 bytes unzipped. */
export const maxUnzippedBytes = 262_144_000;
const maxEntries = 100_000;

const unreadable = (): Error =>
  badParameter('Could not unzip uploaded file. Please check your file, then try to upload again.');
const tooLarge = (): Error => badParameter(`Unzipped size must be smaller than ${maxUnzippedBytes} bytes`);

/** Every entry of the archive, checked and inflated. Throws InvalidParameterValueException with AWS's sentence. */
export function readZip(archive: Uint8Array): ZipEntry[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    return readEntries(bytes);
  } catch (error) {
    // A read beyond the end and a broken deflate stream are the archive's fault, not ours.
    if (error instanceof RangeError || (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true)
      throw unreadable();
    throw error;
  }
}

function readEntries(bytes: Buffer): ZipEntry[] {
  const directory = endOfDirectory(bytes);
  const count = bytes.readUInt16LE(directory + 10);
  let at = bytes.readUInt32LE(directory + 16);
  // 0xffff and 0xffffffff mean Zip64, which 50 MB never need.
  if (count > maxEntries || count === 0xffff || at === 0xffffffff) throw unreadable();
  const entries: ZipEntry[] = [];
  const seen = new Map<string, ZipEntry['kind']>();
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw unreadable();
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const entry = readEntry(bytes, at, name, maxUnzippedBytes - total);
    if (entry.path !== '') {
      total += entry.bytes.length;
      // Writing below a link, or the same name twice, is how an archive reaches outside its folder.
      for (let end = entry.path.indexOf('/'); end !== -1; end = entry.path.indexOf('/', end + 1)) {
        const parent = seen.get(entry.path.slice(0, end));
        if (parent !== undefined && parent !== 'folder') throw unreadable();
      }
      const before = seen.get(entry.path);
      if (before !== undefined && (before !== 'folder' || entry.kind !== 'folder')) throw unreadable();
      seen.set(entry.path, entry.kind);
      entries.push(entry);
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  // A link may also come before or after what hides below it in the list.
  for (const { path } of entries) {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      if (seen.get(path.slice(0, end)) === 'link') throw unreadable();
    }
  }
  return entries;
}

/** Offset of the end-of-central-directory record: the last one, searched backwards over an archive comment. */
function endOfDirectory(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - 22 - 0xffff);
  for (let at = bytes.length - 22; at >= first; at--) if (bytes.readUInt32LE(at) === 0x06054b50) return at;
  throw unreadable();
}

function readEntry(bytes: Buffer, at: number, name: string, room: number): ZipEntry {
  const flags = bytes.readUInt16LE(at + 8);
  const method = bytes.readUInt16LE(at + 10);
  const checksum = bytes.readUInt32LE(at + 16);
  const packed = bytes.readUInt32LE(at + 20);
  const size = bytes.readUInt32LE(at + 24);
  const madeBy = bytes.readUInt8(at + 5);
  const mode = madeBy === 3 || madeBy === 19 ? bytes.readUInt32LE(at + 38) >>> 16 : 0;
  const local = bytes.readUInt32LE(at + 42);
  if ((flags & 1) !== 0) throw unreadable();
  const path = safePath(name);
  const isExecutable = (mode & 0o111) !== 0;
  if (name.endsWith('/')) return { path, kind: 'folder', bytes: Buffer.alloc(0), isExecutable };
  if (path === '') throw unreadable();
  if (size > room) throw tooLarge();
  if (bytes.readUInt32LE(local) !== 0x04034b50) throw unreadable();
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (start + packed > bytes.length) throw unreadable();
  const data = bytes.subarray(start, start + packed);
  const content = contentOf(data, method, size);
  if (content.length !== size || crc32(content) !== checksum) throw unreadable();
  const isLink = (mode & 0o170000) === 0o120000;
  if (isLink) assertStaysInside(path, content.toString('utf8'));
  return { path, kind: isLink ? 'link' : 'file', bytes: content, isExecutable };
}

/** The declared size is the limit while inflating, so a stream that would grow beyond it stops there. */
function contentOf(data: Buffer, method: number, size: number): Buffer {
  if (method === 0) return data;
  if (method !== 8) throw unreadable();
  if (size === 0) return Buffer.alloc(0);
  return inflateRawSync(data, { maxOutputLength: size });
}

function safePath(name: string): string {
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0') || /^[a-zA-Z]:/.test(name)) throw unreadable();
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw unreadable();
  return parts.join('/');
}

function assertStaysInside(path: string, target: string): void {
  if (target.startsWith('/') || target.includes('\0')) throw unreadable();
  let depth = path.split('/').length - 1;
  for (const part of target.split('/')) {
    if (part === '..') depth--;
    else if (part !== '.' && part !== '') depth++;
    if (depth < 0) throw unreadable();
  }
}
