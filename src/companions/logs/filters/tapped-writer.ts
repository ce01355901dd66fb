/** A writer whose lines are shown to the filters of their group, too. */
import type { LogWriter } from '../log-writer.ts';
import type { LogFilters } from './log-filters.ts';

export function tappedWriter(writer: LogWriter, filters: LogFilters): LogWriter {
  return {
    ...writer,
    streamWriter(group, stream) {
      const inner = writer.streamWriter(group, stream);
      let tap = filters.tap(group);
      let version = filters.version;
      return {
        write(atMs, message) {
          inner.write(atMs, message);
          if (filters.version !== version) {
            version = filters.version;
            tap = filters.tap(group);
          }
          tap?.take(stream, atMs, message);
        },
      };
    },
  };
}
