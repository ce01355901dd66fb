/** One call as CloudTrail writes it down (guide, "Understanding API Gateway log file entries"; the newer members as recorded). */
import { headerValue } from '../../base/headers.ts';
import { newRequestId } from '../../base/ids.ts';
import type { AnsweredCall } from '../../wire/endpoint.ts';
import { requestParameters, responseElements } from './elements.ts';
import { answersAreKept, eventName, isReadOnly } from './recorded-calls.ts';
import { resourcesOf } from './resources.ts';
import { secondsIso } from './times.ts';
import type { NewTrailEvent } from './trail-database.ts';
import { userIdentity, userNameOf } from './user-identity.ts';

/** The record of a call, ready to be kept. */
export function recordOf(made: AnsweredCall): NewTrailEvent {
  const { service, operation, request, call, failure, startedAtMs } = made;
  const { model } = service;
  const identity = userIdentity(made);
  const isReading = isReadOnly(model.name, operation.name);
  const parameters = requestParameters(model.name, operation, made.input);
  const isAnswerKept = failure === undefined && (!isReading || answersAreKept(model.name));
  const links = isAnswerKept
    ? service.halLinks?.(operation.name, { ...made.input }, { ...made.output }, call)
    : undefined;
  const answered = isAnswerKept ? responseElements(model.name, operation, { output: made.output, links }) : null;
  const eventId = newRequestId();
  const source = `${model.endpointPrefix}.amazonaws.com`;
  const name = eventName(model.name, operation);
  const host = headerValue(request.headers, 'host');
  const record = {
    eventVersion: '1.11',
    userIdentity: identity,
    eventTime: secondsIso(startedAtMs),
    eventSource: source,
    eventName: name,
    awsRegion: call.region,
    sourceIPAddress: request.sourceIp,
    userAgent: headerValue(request.headers, 'user-agent') ?? '',
    ...(failure !== undefined && { errorCode: errorCode(failure.exceptionName), errorMessage: failure.message }),
    requestParameters: parameters,
    responseElements: answered,
    requestID: call.requestId,
    eventID: eventId,
    readOnly: isReading,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: call.account,
    eventCategory: 'Management',
    // Recorded: those of HTTP and WebSocket APIs lack the name the client asked for.
    ...(request.secure &&
      model.name !== 'apigatewayv2' &&
      host !== undefined && { tlsDetails: { clientProvidedHostHeader: host } }),
  };
  const userName = userNameOf(identity);
  return {
    eventId,
    account: call.account,
    region: call.region,
    atMs: startedAtMs,
    name,
    source,
    isReadOnly: isReading,
    userName: userName ?? null,
    accessKeyId: call.accessKeyId ?? null,
    resources: resourcesOf(model.name, operation.name, parameters, answered),
    record: JSON.stringify(record),
  };
}

/** Who may not is told so by every service, and CloudTrail has one word for it. */
const errorCode = (exception: string): string => (exception === 'AccessDeniedException' ? 'AccessDenied' : exception);
