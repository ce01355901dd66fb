/** Frames as a server sends them: unmasked, text in pieces of at most 32 KB (RFC 6455 §5; AWS's limit per frame holds in both directions). */

const finalText = 0x81;
const maxFrameBytes = 32 * 1024;

/** A text message as it goes on the wire. `text` is sent as UTF-8; a lone surrogate becomes U+FFFD. */
export function textFrames(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxFrameBytes) {
    const header = headerBytes(bytes);
    const frame = Buffer.allocUnsafe(header + bytes);
    writeHeader(frame, finalText, bytes);
    frame.write(text, header);
    return frame;
  }
  return fragments(Buffer.from(text));
}

function fragments(payload: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < payload.length; at += maxFrameBytes) {
    const part = payload.subarray(at, at + maxFrameBytes);
    const isLast = at + maxFrameBytes >= payload.length;
    const header = Buffer.allocUnsafe(headerBytes(part.length));
    writeHeader(header, (isLast ? 0x80 : 0) | (at === 0 ? 0x1 : 0x0), part.length);
    frames.push(header, part);
  }
  return Buffer.concat(frames);
}

/** Answers a ping with its own payload. */
export function pongFrame(payload: Buffer): Buffer {
  return shortFrame(0x8a, payload);
}

export const pingFrame: Buffer = Buffer.from([0x89, 0]);

/** `code` 1005 stands for a close frame that names none. Reasons are cut at 123 bytes, as a control frame holds no more. */
export function closeFrame(code: number, reason: string): Buffer {
  if (code === 1005) return shortFrame(0x88, Buffer.alloc(0));
  const text = Buffer.from(reason);
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), text.subarray(0, wholeCharacters(text, 123))]);
  return shortFrame(0x88, payload);
}

/** The largest length up to `most` that cuts no character in two. */
function wholeCharacters(text: Buffer, most: number): number {
  if (text.length <= most) return text.length;
  let end = most;
  while (end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  return end;
}

function shortFrame(first: number, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(2 + payload.length);
  writeHeader(frame, first, payload.length);
  payload.copy(frame, 2);
  return frame;
}

const headerBytes = (size: number): number => (size < 126 ? 2 : size < 65_536 ? 4 : 10);

function writeHeader(frame: Buffer, first: number, size: number): void {
  frame[0] = first;
  if (size < 126) {
    frame[1] = size;
  } else if (size < 65_536) {
    frame[1] = 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(size, 6);
  }
}
