/**
 * Where an HTTP integration's request goes: its URI with stage variables filled in at compile time, `{placeholders}` and query parameters per request
 * (rows SV-03, RT-09, MAP-06).
 */
import { gatewayProblem } from './gateway-responses.ts';
import type { MethodScope } from './method-scope.ts';
import { type Override, overrideValues } from './overrides.ts';
import type { MappedValue, Mapping, MappingSource } from './parameter-mapping.ts';
import { parseQuery, percentEncoded, safeRawQuery, safeWrittenText } from './query.ts';
import { withStageVariables } from './stage-variables.ts';

export interface HttpTarget {
  /** The URI, stage variables filled in, for the printed plan. */
  readonly uri: string;
  /**
   * Origin and target of one request. Throws API_CONFIGURATION_ERROR when there is no usable address: a stage variable is missing, or
   * a placeholder has no mapping or no value.
   */
  resolve(source: MappingSource): { readonly origin: string; readonly target: string };
}

/** A piece of text, then perhaps a placeholder. */
interface Piece {
  readonly text: string;
  /** Of the placeholder; undefined where there is none. */
  readonly name: string | undefined;
  /** Undefined where none is configured: a template may override it all the same. */
  readonly mapping: Mapping | undefined;
  readonly isInQuery: boolean;
}

const placeholder = /\{([\w.$:-]+)\+?\}/g;
const httpUri = /^(https?):\/\/([^/?#]+)([^?#]*)(?:\?([^#]*))?/i;

/**
 * Compiles the URI of an HTTP or HTTP_PROXY integration. `forwardsQuery` hands on the client's query beside the mapped parameters, which replace
 * the client's of the same name.
 */
export function compileHttpTarget(
  scope: MethodScope,
  mappings: { readonly path: readonly Mapping[]; readonly querystring: readonly Mapping[] },
  forwardsQuery: boolean,
): HttpTarget {
  const uri = withStageVariables(scope.integration.uri ?? '', scope.stage.stageVariables);
  const parts = httpUri.exec(uri);
  if (parts === null) {
    const configured = scope.integration.uri ?? '';
    return faultyTarget(
      scope,
      uri,
      `the integration URI "${uri}" (configured: "${configured}") is no http or https address`,
    );
  }

  const [, scheme, authority, path, ownQuery] = parts as unknown as [
    string,
    string,
    string,
    string,
    string | undefined,
  ];
  const originPieces = compilePieces(authority, mappings.path, false);
  const fixedOrigin = fixedText(originPieces) === undefined ? '' : originOf(scheme, authority);
  if (fixedOrigin === undefined) return faultyTarget(scope, uri, `the integration URI ${uri} has no usable host`);
  const pathPieces = compilePieces(path === '' ? '/' : path, mappings.path, false);
  const queryPieces = compilePieces(ownQuery ?? '', mappings.path, true);
  const fixedPath = fixedText(pathPieces);
  const fixedQuery = fixedText(queryPieces);
  const { querystring } = mappings;
  const replacedNames = new Set(querystring.map(({ name }) => name));

  function filled(pieces: readonly Piece[], source: MappingSource): string {
    let text = '';
    for (const piece of pieces) {
      text += piece.text;
      if (piece.name !== undefined) text += pathValue(piece, piece.name, source);
    }
    return text;
  }

  function pathValue(piece: Piece, name: string, source: MappingSource): string {
    const overridden = source.overrides?.request.path.get(name);
    if (overridden !== undefined) return encodedValue(piece, overrideValues(overridden).join(','), false);
    const { mapping } = piece;
    if (mapping === undefined) {
      throw gatewayProblem(
        'API_CONFIGURATION_ERROR',
        `${scope.label}: the integration URI ${uri} has {${name}}, but integration.request.path.${name} is not mapped`,
      );
    }
    const value = mapping.read(source);
    if (value !== undefined) return encodedValue(piece, typeof value === 'string' ? value : value.join(','));
    // Recorded: the path of a test need not fit its resource; what it does not say stays as it is written.
    if (source.x.isTest) return `{${name}}`;
    throw gatewayProblem(
      'API_CONFIGURATION_ERROR',
      `${scope.label}: integration.request.path.${name} has no value in this request, but the URI ${uri} needs it`,
    );
  }

  function originFor(source: MappingSource): string {
    const filledAuthority = filled(originPieces, source);
    const origin = originOf(scheme, filledAuthority);
    if (origin !== undefined) return origin;
    throw gatewayProblem('API_CONFIGURATION_ERROR', `${scope.label}: "${filledAuthority}" is no usable host`);
  }

  return {
    uri,
    resolve: function resolveTarget(source) {
      const origin = fixedOrigin === '' ? originFor(source) : fixedOrigin;
      let query = fixedQuery ?? filled(queryPieces, source);
      if (forwardsQuery && source.x.request.query !== '') {
        query = joined(query, forwardedQuery(source, replacedNames));
      }
      const overridden = source.overrides?.request.querystring;
      for (const mapping of querystring) {
        if (overridden?.has(mapping.name)) continue;
        query = joined(query, queryParameter(mapping, mapping.read(source)));
      }
      for (const override of overridden?.values() ?? []) query = joined(query, overriddenParameter(override));
      const filledPath = fixedPath ?? filled(pathPieces, source);
      return { origin, target: query === '' ? filledPath : `${filledPath}?${query}` };
    },
  };
}

function faultyTarget(scope: MethodScope, uri: string, fault: string): HttpTarget {
  const problem = gatewayProblem('API_CONFIGURATION_ERROR', `${scope.label}: ${fault}`);
  return {
    uri,
    resolve: () => {
      throw problem;
    },
  };
}

function compilePieces(text: string, mappings: readonly Mapping[], isInQuery: boolean): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(placeholder)) {
    const mapping = mappings.find(({ name }) => name === found[1]);
    pieces.push({ text: safeWrittenText(text.slice(at, found.index)), name: found[1], mapping, isInQuery });
    at = found.index + found[0].length;
  }
  if (at < text.length || pieces.length === 0) {
    pieces.push({ text: safeWrittenText(text.slice(at)), name: undefined, mapping: undefined, isInQuery });
  }
  return pieces;
}

/** The whole text when it has no placeholder. */
function fixedText(pieces: readonly Piece[]): string | undefined {
  return pieces.length === 1 && pieces[0]!.name === undefined ? pieces[0]!.text : undefined;
}

/** `http://host:port` in lower case; undefined when the authority is none, or carries a user name. */
export function originOf(scheme: string, authority: string): string | undefined {
  if (/[@\\\s%]/.test(authority)) return undefined;
  return URL.parse(`${scheme}://${authority}`)?.origin;
}

function encodedValue({ mapping, isInQuery }: Piece, value: string, isLiteral = mapping?.isLiteral): string {
  // Literals are written encoded (row MAP-03).
  if (isLiteral) return safeWrittenText(value);
  if (isInQuery) return percentEncoded(value);
  return mapping?.isGreedy ? value.split('/').map(encodedSegment).join('/') : encodedSegment(value);
}

/** A parameter must not climb out of the path it was put into: `..` is a name like any other. */
export function encodedSegment(segment: string): string {
  return segment === '.' || segment === '..' ? segment.replaceAll('.', '%2E') : percentEncoded(segment);
}

function joined(query: string, more: string): string {
  if (query === '') return more;
  return more === '' ? query : `${query}&${more}`;
}

/** The client's query as sent, or without the names a mapping replaces. */
function forwardedQuery(source: MappingSource, replacedNames: ReadonlySet<string>): string {
  const sent = source.x.request.query;
  if (replacedNames.size === 0) return safeRawQuery(sent);
  source.query ??= parseQuery(sent);
  let query = '';
  for (let i = 0; i < source.query.length; i += 2) {
    const name = source.query[i]!;
    if (!replacedNames.has(name))
      query = joined(query, `${percentEncoded(name)}=${percentEncoded(source.query[i + 1]!)}`);
  }
  return query;
}

function overriddenParameter(override: Override): string {
  const name = percentEncoded(override.name);
  return overrideValues(override)
    .map((value) => `${name}=${percentEncoded(value)}`)
    .join('&');
}

function queryParameter({ name, isLiteral }: Mapping, value: MappedValue): string {
  if (value === undefined) return '';
  const encodedName = percentEncoded(name);
  const encoded = (text: string): string =>
    `${encodedName}=${isLiteral ? safeWrittenText(text) : percentEncoded(text)}`;
  return typeof value === 'string' ? encoded(value) : value.map(encoded).join('&');
}
