/**
 * The name a client asks for in its ClientHello (SNI, RFC 6066 §3), read before TLS begins: a custom domain has its own certificate, versions, cipher suites
 * and demand for client certificates, and most of these can no longer be chosen once a handshake is under way.
 */

/** Larger greetings than this are nobody's. */
const maxHelloBytes = 32_768;

/** `undefined`: more bytes are needed. `''`: no name is asked for, or this is no ClientHello, which TLS will say itself. */
export function serverNameIn(bytes: Buffer): string | undefined {
  const hello = handshakeIn(bytes);
  if (hello === undefined) return bytes.length > maxHelloBytes ? '' : undefined;
  return hello === null ? '' : nameIn(hello);
}

/** The ClientHello's body without record and handshake headers; it may be spread over records (RFC 8446 §5.1). Null when it is none. */
function handshakeIn(bytes: Buffer): Buffer | null | undefined {
  const pieces: Buffer[] = [];
  let have = 0;
  let wanted = 4;
  for (let at = 0; have < wanted; ) {
    if (at + 5 > bytes.length) return undefined;
    if (bytes[at] !== handshakeRecord) return null;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0) return null;
    const end = at + 5 + length;
    if (end > bytes.length) return undefined;
    pieces.push(bytes.subarray(at + 5, end));
    have += length;
    at = end;
    if (wanted === 4 && have >= 4) {
      const head = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      if (head[0] !== clientHello) return null;
      wanted = 4 + head.readUIntBE(1, 3);
      if (wanted > maxHelloBytes) return null;
    }
  }
  return (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)).subarray(4, wanted);
}

const handshakeRecord = 22;
const clientHello = 1;
const serverNameExtension = 0;
const hostNameType = 0;

/** RFC 8446 §4.1.2: version, random, session id, cipher suites, compression methods, extensions. Lower case; '' when there is none. */
function nameIn(hello: Buffer): string {
  let at = 2 + 32;
  at = after(hello, at, 1);
  at = after(hello, at, 2);
  at = after(hello, at, 1);
  if (at + 2 > hello.length) return '';
  const end = Math.min(hello.length, at + 2 + hello.readUInt16BE(at));
  at += 2;
  while (at + 4 <= end) {
    const type = hello.readUInt16BE(at);
    const length = hello.readUInt16BE(at + 2);
    at += 4;
    if (type === serverNameExtension) return hostNameIn(hello.subarray(at, Math.min(at + length, end)));
    at += length;
  }
  return '';
}

/** Behind a field whose length stands in its first `size` bytes. */
function after(bytes: Buffer, at: number, size: 1 | 2): number {
  return at + size > bytes.length ? bytes.length : at + size + bytes.readUIntBE(at, size);
}

function hostNameIn(list: Buffer): string {
  for (let at = 2; at + 3 <= list.length; ) {
    const length = list.readUInt16BE(at + 1);
    if (list[at] === hostNameType) return list.toString('latin1', at + 3, at + 3 + length).toLowerCase();
    at += 3 + length;
  }
  return '';
}
