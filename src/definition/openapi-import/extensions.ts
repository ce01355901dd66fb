/** Extensions of API Gateway that nothing reads: misspelt, or in a place where they mean nothing. Who wrote them meant something by them. */
import type { Node } from './members.ts';

const prefix = 'x-amazon-apigateway-';

const known = {
  document: new Set([
    ...['api-key-source', 'binary-media-types', 'cors', 'documentation', 'endpoint-access-mode'],
    ...['endpoint-configuration', 'gateway-responses', 'importexport-version', 'integrations'],
    ...['minimum-compression-size', 'policy', 'request-validator', 'request-validators', 'security-policy'],
  ]),
  path: new Set(['any-method']),
  operation: new Set(['auth', 'integration', 'request-validator']),
};

/** Names of the extensions of `node` that mean nothing there. */
export function unreadExtensions(node: Node, place: keyof typeof known): string[] {
  return Object.keys(node).filter((name) => name.startsWith(prefix) && !known[place].has(name.slice(prefix.length)));
}
