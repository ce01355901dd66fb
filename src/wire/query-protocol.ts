/**
 * The query protocol: `Action=CreateUser&Version=2010-05-08&UserName=…` in a form, XML answers. IAM, STS and CloudFormation speak it.
 * Structures are dotted names, list elements numbered members (`Tags.member.1.Key`), maps numbered entries.
 */
import { headerValue } from '../base/headers.ts';
import { Problem } from '../base/problem.ts';
import { decodeText, decodeTextValue, serializationProblem } from './decode-values.ts';
import type { ErrorAnswer } from './errors.ts';
import type { WireProtocol, WireRequest } from './protocol.ts';
import type { OperationModel, ServiceModel, Shape } from './service-model.ts';
import { xmlElement as element, escapeXml } from './xml.ts';

export function queryProtocol(model: ServiceModel): WireProtocol {
  const names = new Set(model.operationNames);
  const namespace = model.xmlNamespace ?? '';

  function fieldsOf({ request, query }: WireRequest): URLSearchParams {
    return request.method === 'POST' && request.body.length > 0 ? new URLSearchParams(request.body.toString()) : query;
  }

  return {
    // Actions of different services may share a name; the version tells them apart.
    recognises(incoming) {
      const { body, headers } = incoming.request;
      const isForm = headerValue(headers, 'content-type')?.startsWith('application/x-www-form-urlencoded') === true;
      if (body.length > 0 && !isForm) return false;
      const fields = fieldsOf(incoming);
      return names.has(fields.get('Action') ?? '') && fields.get('Version') === model.apiVersion;
    },

    match(incoming) {
      const fields = fieldsOf(incoming);
      const action = fields.get('Action') ?? '';
      if (!names.has(action)) return undefined;
      const operation = model.operation(action);
      return {
        operation,
        basePath: '',
        decode() {
          // Percent-decoding made U+FFFD of what is no UTF-8; refused like everywhere else.
          decodeText(incoming.request.body);
          return decodeStructure(nestFields(fields), operation.input);
        },
      };
    },

    unknown(incoming) {
      const fields = fieldsOf(incoming);
      const action = fields.get('Action');
      if (action === null) return new Problem('MissingAuthenticationTokenException', 'Missing Authentication Token');
      const version = fields.get('Version') ?? model.apiVersion;
      return new Problem('InvalidAction', `Could not find operation ${action} for version ${version}`);
    },

    encode: (operation, output, requestId) => ({
      status: 200,
      headers: ['Content-Type', 'text/xml'],
      body: encodeResult(operation, output, requestId, namespace),
    }),

    encodeError(answer, requestId) {
      // The form has room for a type, a code and a message; other members follow them.
      const extra = Object.entries(answer.members)
        .filter(([name]) => name.toLowerCase() !== 'message')
        .map(([name, value]) => element(name, escapeXml(String(value))))
        .join('');
      const error =
        element('Type', answer.isFault ? 'Receiver' : 'Sender') +
        element('Code', escapeXml(queryCodes[answer.code] ?? answer.code)) +
        element('Message', escapeXml(answer.message)) +
        extra;
      return {
        status: answer.status,
        headers: ['Content-Type', 'text/xml', ...answer.headers],
        body: `<ErrorResponse xmlns="${escapeXml(namespace)}">${element('Error', error)}${element('RequestId', requestId)}</ErrorResponse>`,
      };
    },
  };
}

/** What services that spoke this protocol before tell their newer clients: the code those knew, as name, value. */
export function queryErrorHeader({ code, isFault }: ErrorAnswer): string[] {
  return ['x-amzn-query-error', `${queryCodes[code] ?? code};${isFault ? 'Receiver' : 'Sender'}`];
}

/** Codes that every service has, as the services of this older protocol spell them. */
const queryCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  SerializationException: 'MalformedInput',
  ThrottlingException: 'Throttling',
  UnrecognizedClientException: 'InvalidClientTokenId',
  ValidationException: 'ValidationError',
};

/** Form fields as a tree, one level per dot. */
interface FieldTree {
  text: string | undefined;
  readonly children: Map<string, FieldTree>;
}

/** Deeper names than any model has are an attack on the stack, not a request. */
const maxDepth = 40;

function nestFields(fields: URLSearchParams): FieldTree {
  const root: FieldTree = { text: undefined, children: new Map() };
  for (const [name, text] of fields) {
    const parts = name.split('.', maxDepth + 1);
    if (parts.length > maxDepth) throw serializationProblem('A parameter name has too many parts');
    let node = root;
    for (const part of parts) {
      let next = node.children.get(part);
      if (next === undefined) {
        next = { text: undefined, children: new Map() };
        node.children.set(part, next);
      }
      node = next;
    }
    node.text = text;
  }
  return root;
}

function decodeStructure(tree: FieldTree, shape: Shape): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const member of shape.members) {
    // A flattened list is named after its elements.
    const isFlatList = member.shape.type === 'list' && member.shape.flattened;
    const child = tree.children.get(isFlatList ? (member.shape.elementName ?? member.wireName) : member.wireName);
    const value = child === undefined ? undefined : decodeField(child, member.shape);
    if (value !== undefined) values[member.name] = value;
  }
  return values;
}

function decodeField(tree: FieldTree, shape: Shape): unknown {
  switch (shape.type) {
    case 'structure':
      return decodeStructure(tree, shape);
    case 'list':
      return numbered(tree, shape.flattened ? undefined : (shape.elementName ?? 'member')).map((child) =>
        decodeField(child, shape.element!),
      );
    case 'map': {
      const entries = numbered(tree, shape.flattened ? undefined : 'entry').map((child): [string, unknown] => {
        const key = child.children.get(shape.keyName ?? 'key')?.text;
        const value = child.children.get(shape.valueName ?? 'value');
        if (key === undefined || key === '__proto__' || value === undefined) {
          throw serializationProblem('A map entry needs a key and a value');
        }
        return [key, decodeField(value, shape.value!)];
      });
      return Object.fromEntries(entries);
    }
    default:
      return tree.text === undefined ? undefined : decodeTextValue(tree.text, shape);
  }
}

/** Children 1, 2, 3, … in their numbers' order; `Name=` alone is an empty list. */
function numbered(tree: FieldTree, wrapper: string | undefined): FieldTree[] {
  const parent = wrapper === undefined ? tree : tree.children.get(wrapper);
  if (parent === undefined) return [];
  return [...parent.children]
    .filter(([number]) => /^\d{1,9}$/.test(number))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function encodeResult(operation: OperationModel, output: unknown, requestId: string, namespace: string): string {
  const shape = operation.output;
  const content = shape === undefined ? '' : encodeMembers((output ?? {}) as Record<string, unknown>, shape);
  const wrapper = operation.resultWrapper;
  const result = wrapper === undefined ? content : element(wrapper, content);
  const metadata = element('ResponseMetadata', element('RequestId', requestId));
  return `<${operation.name}Response xmlns="${escapeXml(namespace)}">${result}${metadata}</${operation.name}Response>`;
}

function encodeMembers(values: Record<string, unknown>, shape: Shape): string {
  return shape.members
    .map((member) => {
      const value = values[member.name];
      return value === undefined || value === null ? '' : encodeElement(member.wireName, value, member.shape);
    })
    .join('');
}

function encodeElement(name: string, value: unknown, shape: Shape): string {
  switch (shape.type) {
    case 'structure':
      return element(name, encodeMembers(value as Record<string, unknown>, shape));
    case 'list': {
      const items = value as readonly unknown[];
      if (shape.flattened) {
        return items.map((item) => encodeElement(shape.elementName ?? name, item, shape.element!)).join('');
      }
      const inner = items.map((item) => encodeElement(shape.elementName ?? 'member', item, shape.element!)).join('');
      return element(name, inner);
    }
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>).map(
        ([key, item]) =>
          element(shape.keyName ?? 'key', escapeXml(key)) +
          encodeElement(shape.valueName ?? 'value', item, shape.value!),
      );
      if (shape.flattened) return entries.map((entry) => element(name, entry)).join('');
      return element(name, entries.map((entry) => element('entry', entry)).join(''));
    }
    case 'timestamp':
      return element(name, new Date(value as number).toISOString().replace('.000Z', 'Z'));
    case 'blob':
      return element(name, Buffer.from(value as Uint8Array).toString('base64'));
    default:
      return element(name, escapeXml(String(value)));
  }
}
