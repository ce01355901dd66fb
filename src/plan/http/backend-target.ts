/**
 * Where an HTTP_PROXY integration's request goes (rows HRT-04, HRT-05): stage variables are filled in when the plan is made, `{variables}` of the
 * route per request. The `$default` route hands on the whole path; any other route reaches what its URI says.
 */
import type { PrivateTarget } from '../../ports/private-targets.ts';
import type { Exchange } from '../exchange.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { encodedSegment, originOf } from '../http-target.ts';
import { percentEncoded, safeRawQuery, safeWrittenText } from '../query.ts';
import { withStageVariables } from '../stage-variables.ts';
import type { IntegrationScope } from './route-scope.ts';

export interface BackendTarget {
  /** The URI, stage variables filled in, for the printed plan. */
  readonly uri: string;
  /** Throws API_CONFIGURATION_ERROR when there is no usable address. */
  resolve(x: Exchange): BackendAddress;
}

export interface BackendAddress {
  readonly origin: string;
  /** Percent-encoded, as is the query. */
  readonly path: string;
  readonly query: string;
  /** Where the connection goes when not to the origin's host. */
  readonly connectTo: PrivateTarget | undefined;
}

const httpUri = /^(https?):\/\/([^/?#]+)([^?#]*)(?:\?([^#]*))?/i;
const variable = /\{([\w.:-]+)\+?\}/g;

/** Text, then perhaps a variable. */
interface Piece {
  readonly text: string;
  readonly name: string | undefined;
}

export function compileBackendTarget(scope: IntegrationScope): BackendTarget {
  const uri = withStageVariables(scope.integration.integrationUri ?? '', scope.stage.stageVariables);
  const parts = httpUri.exec(uri);
  const origin = parts === null ? undefined : originOf(parts[1]!, parts[2]!);
  if (parts === null || origin === undefined) {
    const configured = scope.integration.integrationUri ?? '';
    return faulty(scope, uri, `the integration URI "${uri}" (configured: "${configured}") is no http or https address`);
  }
  const pathText = parts[3]!;
  const pathPieces = piecesOf(pathText);
  const queryPieces = piecesOf(parts[4] ?? '');
  const unknown = [...pathPieces, ...queryPieces].find(
    ({ name }) => name !== undefined && !hasVariable(scope.path, name),
  );
  if (unknown !== undefined) {
    return faulty(scope, uri, `the integration URI ${uri} has {${unknown.name}}, which the route does not have`);
  }
  const takesWholePath = scope.path === '$default';
  const base = safeWrittenText(pathText.replace(/\/$/, ''));
  const fixedPath = pathPieces.every(({ name }) => name === undefined) ? safeWrittenText(pathText || '/') : undefined;

  return {
    uri,
    resolve: function resolveTarget(x) {
      const path = takesWholePath ? base + sentPath(x.path) : (fixedPath ?? filled(pathPieces, x, inPath));
      const own = filled(queryPieces, x, percentEncoded);
      const sent = safeRawQuery(x.request.query);
      return { origin, path, query: own === '' || sent === '' ? own + sent : `${own}&${sent}`, connectTo: undefined };
    },
  };
}

function faulty(scope: IntegrationScope, uri: string, fault: string): BackendTarget {
  // A stage variable can be missing in one stage and right in another, so only what no stage can mend refuses the deployment.
  if (!(scope.integration.integrationUri ?? '').includes('${stageVariables.')) scope.complain(fault);
  const problem = gatewayProblem('API_CONFIGURATION_ERROR', `${scope.label}: ${fault}`);
  return {
    uri,
    resolve: () => {
      throw problem;
    },
  };
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(variable)) {
    pieces.push({ text: safeWrittenText(text.slice(at, found.index)), name: found[1] });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push({ text: safeWrittenText(text.slice(at)), name: undefined });
  return pieces;
}

function hasVariable(path: string, name: string): boolean {
  return path.includes(`{${name}}`) || path.includes(`{${name}+}`);
}

function filled(pieces: readonly Piece[], x: Exchange, encoded: (value: string) => string): string {
  let text = '';
  for (const piece of pieces) {
    text += piece.text;
    if (piece.name !== undefined) text += encoded(x.pathParameters?.[piece.name] ?? '');
  }
  return text;
}

/** The slashes of a greedy variable separate segments; no variable climbs out of where it was put. */
export function inPath(value: string): string {
  return value.includes('/') ? value.split('/').map(encodedSegment).join('/') : encodedSegment(value);
}

/** The client's path as it was sent, but that `..` is a name like any other: it must not climb above the integration's own path. */
export function sentPath(path: string): string {
  const safe = safeRawQuery(path);
  if (!/\/(\.|%2e){1,2}(\/|$)/i.test(safe)) return safe;
  return safe
    .split('/')
    .map((segment) => (/^(\.|%2e){1,2}$/i.test(segment) ? segment.replace(/\./g, '%2E') : segment))
    .join('/');
}
