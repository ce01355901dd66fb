/**
 * The rest-xml protocol as S3 speaks it: members in path, query and headers as in rest-json, the rest in an XML document. Which operation a request means is the
 * service's own matter (an object's key may look like anything).
 */
import type { HeaderList } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';
import { Problem } from '../base/problem.ts';
import { boundMembers } from './decode-rest-json.ts';
import { decodeText, decodeTextValue } from './decode-values.ts';
import type { Dialect } from './dialects.ts';
import { boundHeaders } from './encode-rest-json.ts';
import type { OperationMatch } from './routing.ts';
import type { Member, OperationModel, Shape } from './service-model.ts';
import { escapeXml, parseXml, type XmlElement, xmlElement } from './xml.ts';

/** The exception for a document that is not what the operation takes. */
const malformed = (cause?: unknown): Problem =>
  new Problem(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    {
      cause,
    },
  );

/** What the caller sent, as plain values; nothing is validated. A payload of bytes is left out: it is read as it comes. Throws MalformedXML. */
export function decodeRestXml(
  operation: OperationModel,
  match: OperationMatch,
  query: URLSearchParams,
  request: Pick<HttpRequest, 'headers' | 'body'>,
): Record<string, unknown> {
  const values = boundMembers(operation.input, match, query, request.headers);
  const { payload } = operation.input;
  if (payload === undefined || payload.shape.type === 'blob' || request.body.length === 0) return values;
  if (payload.shape.type === 'string') return { ...values, [payload.name]: decodeText(request.body) };
  const root = parseXml(decodeText(request.body));
  if (root === undefined || root.name !== (payload.wireName ?? payload.shape.name)) {
    // CreateBucketConfiguration and its kin are written under their member's name by some clients, under their shape's by others.
    if (root === undefined || root.name !== payload.shape.name) throw malformed();
  }
  return { ...values, [payload.name]: decodeElement(root, payload.shape) };
}

function decodeElement(element: XmlElement, shape: Shape): unknown {
  switch (shape.type) {
    case 'structure':
      return decodeMembers(element, shape);
    case 'list':
      return element.children
        .filter(({ name }) => name === (shape.elementName ?? 'member'))
        .map((child) => decodeElement(child, shape.element!));
    case 'map':
      throw malformed();
    case 'blob':
    case 'string':
      return shape.type === 'string' ? element.text : Buffer.from(element.text, 'base64');
    default:
      try {
        return decodeTextValue(element.text.trim(), shape);
      } catch (cause) {
        throw malformed(cause);
      }
  }
}

function decodeMembers(element: XmlElement, shape: Shape): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const member of shape.members) {
    const value = memberOf(element, member);
    if (value !== undefined) values[member.name] = value;
    else if (member.isRequired) throw malformed();
  }
  return values;
}

function memberOf(element: XmlElement, { wireName, shape, isFlattened }: Member): unknown {
  // An attribute, `xsi:type`: the models do not tell them from elements by anything else that is kept.
  if (wireName.includes(':')) return element.attributes[wireName];
  const children = element.children.filter(({ name }) => name === wireName);
  if (shape.type === 'list' && isFlattened) {
    return children.length === 0 ? undefined : children.map((child) => decodeElement(child, shape.element!));
  }
  const [child] = children;
  if (children.length > 1) throw malformed();
  return child === undefined ? undefined : decodeElement(child, shape);
}

/** Head and body of an answer; a payload of bytes is the caller's to put in. `namespace` is that of the root. */
export function encodeRestXml(
  operation: OperationModel,
  output: Readonly<Record<string, unknown>>,
  dialect: Dialect,
  namespace: string,
): { headers: HeaderList; body: string } {
  const shape = operation.output;
  if (shape === undefined) return { headers: [], body: '' };
  const { headers } = boundHeaders(shape, output, dialect);
  const { payload } = shape;
  const inBody = shape.members.some(({ location }) => location === undefined);
  if (!inBody || payload?.shape.type === 'blob') return { headers, body: '' };
  if (payload?.shape.type === 'string') return { headers, body: String(output[payload.name] ?? '') };
  const root = payload === undefined ? rootName(operation, shape) : payload.shape.name;
  const values = payload === undefined ? output : output[payload.name];
  if (values === undefined) return { headers, body: '' };
  const content = encodeMembers(values as Record<string, unknown>, payload?.shape ?? shape, dialect);
  return { headers, body: `${xmlHead}<${root} xmlns="${namespace}">${content}</${root}>` };
}

export const xmlHead = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** `ListObjectsV2Output` is the document `ListObjectsV2Result` unless the service says otherwise. */
function rootName({ name }: OperationModel, _shape: Shape): string {
  return Object.hasOwn(roots, name) ? roots[name]! : `${name}Result`;
}

/** Documents whose root the models of S3 leave out (its API reference shows them). */
const roots: Readonly<Record<string, string>> = {
  CreateMultipartUpload: 'InitiateMultipartUploadResult',
  DeleteObjects: 'DeleteResult',
  GetBucketAcl: 'AccessControlPolicy',
  GetBucketAccelerateConfiguration: 'AccelerateConfiguration',
  GetBucketCors: 'CORSConfiguration',
  GetBucketLifecycleConfiguration: 'LifecycleConfiguration',
  GetBucketLogging: 'BucketLoggingStatus',
  GetBucketRequestPayment: 'RequestPaymentConfiguration',
  GetBucketTagging: 'Tagging',
  GetBucketVersioning: 'VersioningConfiguration',
  GetObjectAcl: 'AccessControlPolicy',
  GetObjectAttributes: 'GetObjectAttributesResponse',
  GetObjectTagging: 'Tagging',
  ListBuckets: 'ListAllMyBucketsResult',
  ListObjects: 'ListBucketResult',
  ListObjectsV2: 'ListBucketResult',
  ListObjectVersions: 'ListVersionsResult',
};

function encodeMembers(values: Readonly<Record<string, unknown>>, shape: Shape, dialect: Dialect): string {
  return shape.members
    .map((member) => {
      const value = values[member.name];
      if (member.location !== undefined || value === undefined || value === null || member.wireName.includes(':'))
        return '';
      return encodeElement(member.wireName, value, member.shape, dialect, member.isFlattened);
    })
    .join('');
}

function encodeElement(
  name: string,
  value: unknown,
  shape: Shape,
  dialect: Dialect,
  isFlattened = shape.flattened,
): string {
  switch (shape.type) {
    case 'structure':
      return `<${name}${attributes(value as Record<string, unknown>, shape)}>${encodeMembers(value as Record<string, unknown>, shape, dialect)}</${name}>`;
    case 'list': {
      const items = value as readonly unknown[];
      const each = isFlattened ? name : (shape.elementName ?? 'member');
      const encoded = items.map((item) => encodeElement(each, item, shape.element!, dialect)).join('');
      return isFlattened ? encoded : xmlElement(name, encoded);
    }
    case 'timestamp':
      // With the milliseconds it does not have: `2009-10-12T17:50:30.000Z`.
      return xmlElement(name, new Date(Math.floor((value as number) / 1000) * 1000).toISOString());
    default:
      return xmlElement(name, escapeXml(String(value)));
  }
}

function attributes(values: Readonly<Record<string, unknown>>, shape: Shape): string {
  return shape.members
    .filter(({ wireName, name }) => wireName.includes(':') && values[name] !== undefined)
    .map(
      ({ wireName, name }) =>
        ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ${wireName}="${escapeXml(String(values[name]))}"`,
    )
    .join('');
}
