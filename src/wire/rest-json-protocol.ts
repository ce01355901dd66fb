/** The rest-json protocol: operations are methods and paths, values are JSON. API Gateway and Lambda speak it. */
import { Problem } from '../base/problem.ts';
import { decodeRestJson } from './decode-rest-json.ts';
import { serializationProblem } from './decode-values.ts';
import type { Dialect } from './dialects.ts';
import { encodeRestJson } from './encode-rest-json.ts';
import type { WireProtocol } from './protocol.ts';
import { compileOperationRouter, type OperationMatch } from './routing.ts';
import type { ServiceModel } from './service-model.ts';

export function restJsonProtocol(model: ServiceModel, dialect: Dialect): WireProtocol {
  const router = compileOperationRouter(model.operationNames.map((name) => model.operation(name)));

  /** Where the operation's own path begins in `path`, or -1 when no segment of it is one of ours. */
  function ownPathAt(path: string): number {
    if (!dialect.allowsBasePath) return router.firstSegments.has(segmentAt(path, 0)) ? 0 : -1;
    for (let at = 0; at !== -1; at = path.indexOf('/', at + 1)) {
      if (router.firstSegments.has(segmentAt(path, at))) return at;
    }
    return -1;
  }

  return {
    recognises: ({ request }) => ownPathAt(request.path) !== -1,

    match({ request, query }) {
      const at = ownPathAt(request.path);
      if (at === -1) return undefined;
      let found: OperationMatch | undefined;
      try {
        found = router.match(request.method, request.path.slice(at), query);
      } catch (cause) {
        throw serializationProblem('Invalid percent-encoding in the path', cause);
      }
      if (found === undefined) return undefined;
      const match = found;
      const operation = model.operation(match.operation);
      return {
        operation,
        basePath: request.path.slice(0, at),
        decode: () => decodeRestJson(operation, match, query, request, dialect),
      };
    },

    unknown: () => new Problem(dialect.unknownPath.kind, dialect.unknownPath.message),

    encode: (operation, output, _requestId, decorate) => encodeRestJson(operation, output, dialect, decorate),

    encodeError(answer) {
      // An exception without members and words has no body: recorded for 410 Gone.
      const isEmpty = Object.keys(answer.members).length === 0;
      return {
        status: answer.status,
        headers: ['Content-Type', 'application/json', ...answer.headers],
        body: isEmpty ? '' : JSON.stringify(answer.members),
      };
    },
  };
}

/** The segment after the slash at `at`, percent-encoding of a leading `@` undone (some clients encode it). */
function segmentAt(path: string, at: number): string {
  const end = path.indexOf('/', at + 1);
  return path.slice(at + 1, end === -1 ? undefined : end);
}
