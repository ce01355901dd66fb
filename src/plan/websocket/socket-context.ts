/** `$context` of WebSocket APIs (row WS-18; guide page apigateway-websocket-api-mapping-template-reference). */
import type { ContextReader } from '../context-variables.ts';
import type { StageContext } from '../plan.ts';
import { requestTime } from '../request-time.ts';

/** The reader of `$context.{name}`; undefined when AWS knows no such variable. */
export function socketContextVariable(name: string, stage: StageContext): ContextReader | undefined {
  if (name.startsWith('authorizer.')) return authorizerMember(name.slice('authorizer.'.length));
  switch (name) {
    case 'apiId':
      return () => stage.apiId;
    case 'connectedAt':
      return (x) => x.socket?.connectedAtMs;
    case 'connectionId':
      return (x) => x.socket?.connectionId;
    case 'domainName':
      return (x) => x.domainName;
    case 'eventType':
      return (x) => x.socket?.eventType;
    case 'extendedRequestId':
      return (x) => x.extendedRequestId;
    case 'disconnectReason':
      return (x) => x.socket?.disconnectReason;
    case 'disconnectStatusCode':
      return (x) => x.socket?.disconnectStatusCode;
    case 'identity.sourceIp':
      return (x) => x.request.sourceIp;
    case 'identity.userAgent':
      return (x) => x.socket?.userAgent;
    case 'identity.accountId':
      return (x) => x.caller?.accountId;
    case 'identity.caller':
      return (x) => x.caller?.caller;
    case 'identity.user':
      return (x) => x.caller?.user;
    case 'identity.userArn':
      return (x) => x.caller?.userArn;
    case 'identity.apiKey':
      return (x) => x.apiKey?.value;
    case 'identity.apiKeyId':
      return (x) => x.apiKey?.id;
    case 'messageId':
      return (x) => x.socket?.messageId;
    case 'messageDirection':
      return () => 'IN';
    case 'requestId':
      return (x) => x.extendedRequestId;
    case 'requestTime':
      return (x) => requestTime(x.startedAtMs);
    case 'requestTimeEpoch':
      return (x) => x.startedAtMs;
    case 'routeKey':
      return (x) => x.method;
    case 'stage':
      return () => stage.stage;
    default:
      return known.has(name) ? () => undefined : undefined;
  }
}

/** Variables that exist and have no value here. */
const known = new Set([
  'error.message',
  'error.messageString',
  'error.validationErrorString',
  'status',
  'requestOverride',
]);

function authorizerMember(name: string): ContextReader {
  if (name === 'principalId') return (x) => x.authorizer?.principalId;
  return (x) => {
    const context = x.authorizer?.context;
    return context !== undefined && Object.hasOwn(context, name) ? String(context[name]) : undefined;
  };
}
