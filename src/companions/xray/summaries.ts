/** A trace as GetTraceSummaries tells it. */
import type { TraceSummary } from '../../wire/generated/xray.ts';
import type { SegmentDocument } from './documents.ts';
import { durationOf, nestedIn, type Place, rootOf, startOf, type Trace } from './trace-store.ts';

export const serviceOf = ({ account }: Place, { name, origin, namespace }: SegmentDocument) => ({
  Name: name,
  Names: [name],
  AccountId: account,
  ...(origin !== undefined ? { Type: origin } : namespace !== undefined ? { Type: namespace } : {}),
});

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export function summaryOf(place: Place, trace: Trace): TraceSummary {
  const segments = [...trace.segments.values()];
  const all = segments.flatMap((segment) => [segment, ...nestedIn(segment)]);
  const root = rootOf(trace);
  const { request, response } = root.http ?? {};
  const annotations: Record<string, { AnnotationValue: object; ServiceIds: object[] }[]> = Object.create(null);
  for (const segment of all) {
    for (const [key, value] of Object.entries(segment.annotations ?? {})) {
      const own = annotations[key] ?? [];
      annotations[key] = own;
      own.push({ AnnotationValue: annotationValue(value), ServiceIds: [serviceOf(place, segment)] });
    }
  }
  const has = (flag: 'error' | 'fault' | 'throttle'): boolean => segments.some((segment) => segment[flag] === true);
  const users = segments.flatMap(({ user }) => (user === undefined ? [] : [user]));
  return {
    Id: trace.id,
    StartTime: startOf(trace) * 1000,
    Duration: round(durationOf(trace)),
    ResponseTime: round((root.end_time ?? root.start_time) - root.start_time),
    HasFault: has('fault'),
    HasError: has('error'),
    HasThrottle: has('throttle'),
    IsPartial: segments.some(({ in_progress }) => in_progress === true),
    Http: {
      ...(text(request?.['url']) !== undefined && { HttpURL: text(request?.['url']) }),
      ...(response?.status !== undefined && { HttpStatus: response.status }),
      ...(text(request?.['method']) !== undefined && { HttpMethod: text(request?.['method']) }),
      ...(text(request?.['user_agent']) !== undefined && { UserAgent: text(request?.['user_agent']) }),
      ...(text(request?.['client_ip']) !== undefined && { ClientIp: text(request?.['client_ip']) }),
    },
    Annotations: annotations,
    Users: users.map((UserName) => ({ UserName, ServiceIds: [] })),
    ServiceIds: [
      ...new Map(segments.map((segment) => [`${segment.name} ${segment.origin}`, serviceOf(place, segment)])).values(),
    ],
    ResourceARNs: [...new Set(segments.flatMap(({ resource_arn }) => resource_arn ?? []))].map((ARN) => ({ ARN })),
    InstanceIds: [],
    AvailabilityZones: [],
    EntryPoint: serviceOf(place, root),
    FaultRootCauses: [],
    ErrorRootCauses: [],
    ResponseTimeRootCauses: [],
    Revision: segments.length,
    MatchedEventTime: startOf(trace) * 1000,
  } as TraceSummary;
}

/** Microseconds are what segments have. */
const round = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

function annotationValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { StringValue: value };
  return typeof value === 'number' ? { NumberValue: value } : { BooleanValue: value };
}
