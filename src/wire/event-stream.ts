/** Answers that are streams of events, `application/vnd.amazon.eventstream`: every event a message of headers and payload, with its own checksums. */
import { crc32 } from 'node:zlib';
import type { BodyStream } from '../base/body-stream.ts';
import type { Dialect } from './dialects.ts';
import { encodeJsonMembers } from './encode-values.ts';
import type { Shape } from './service-model.ts';

export const eventStreamType = 'application/vnd.amazon.eventstream';

/** Header values are text here: type 7. */
const textType = 7;

/** One message. Names and values of headers are text; a name has at most 255 bytes. */
export function eventMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const text = Buffer.from(value);
    const sizes = Buffer.alloc(3);
    sizes.writeUInt8(textType, 0);
    sizes.writeUInt16BE(text.length, 1);
    parts.push(Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), sizes, text);
  }
  const head = Buffer.concat(parts);
  const total = 16 + head.length + payload.length;
  const message = Buffer.alloc(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  head.copy(message, 12);
  message.set(payload, 12 + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, total - 4)), total - 4);
  return message;
}

/** The body of an operation whose output is a stream: events of the union `shape`, each an object with one member, as messages. */
export function eventStreamBody(events: AsyncIterable<object>, shape: Shape, dialect: Dialect): BodyStream {
  const iterator = events[Symbol.asyncIterator]();
  return {
    async read() {
      const next = await iterator.next();
      if (next.done === true) return undefined;
      const [name, event] = Object.entries(next.value)[0]!;
      const member = shape.members.find((each) => each.name === name)!;
      return encodedEvent(name, event as Record<string, unknown>, member.shape, dialect);
    },
    cancel() {
      void iterator.return?.();
    },
  };
}

function encodedEvent(name: string, event: Record<string, unknown>, shape: Shape, dialect: Dialect): Buffer {
  const headers = { ':message-type': 'event', ':event-type': name };
  // A structure whose one member is bytes has them as they are; the models mark it `eventpayload`.
  const only = shape.members[0];
  if (shape.members.length === 1 && only!.shape.type === 'blob') {
    const payload = (event[only!.name] as Uint8Array | undefined) ?? new Uint8Array();
    return eventMessage({ ...headers, ':content-type': 'application/octet-stream' }, payload);
  }
  const json = JSON.stringify(encodeJsonMembers(event, shape, dialect));
  return eventMessage({ ...headers, ':content-type': 'application/json' }, Buffer.from(json));
}
