/** All counters in Prometheus' text format 0.0.4, for `GET /metrics`. */
import { countsUpTo, type PackedLatency } from './latency.ts';
import type { MethodHistograms } from './metrics.ts';

export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/** 0.5 ms to 33 s; ends of the histogram's own buckets, so that every count is exact. */
const boundsMs = Array.from({ length: 17 }, (_, i) => 2 ** (9 + i) / 1000);

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly lines: string[];
}

/** The whole page. `process` are figures of this process, in bytes and seconds; `droppedLines` are log lines lost on their way, by where they were to go. */
export function prometheusText(
  methods: readonly MethodHistograms[],
  process: { readonly residentBytes: number; readonly cpuSeconds: number; readonly startedAtSeconds: number },
  droppedLines: Readonly<Record<string, number>> = {},
): string {
  const requests = counter('gatewright_requests_total', 'Requests that were answered.');
  const errors = counter('gatewright_request_errors_total', 'Requests that were answered with 4xx or 5xx.');
  const cached = counter('gatewright_cache_requests_total', 'Requests to methods whose answers are kept, by outcome.');
  const duration = histogram('gatewright_request_duration_seconds', 'From the request to its answer.');
  const integration = histogram(
    'gatewright_integration_duration_seconds',
    'From the call of the integration to its answer.',
  );
  for (const method of methods) {
    const { apiId, apiName, stage, resource, method: verb, canary } = method;
    const names = labels({
      api: apiId,
      api_name: apiName,
      stage,
      canary: canary ? 'true' : 'false',
      method: verb,
      resource,
    });
    requests.lines.push(sample(requests.name, names, method.count));
    errors.lines.push(sample(errors.name, `${names},class="4xx"`, method.clientErrors));
    errors.lines.push(sample(errors.name, `${names},class="5xx"`, method.serverErrors));
    if (method.cacheHits + method.cacheMisses > 0) {
      cached.lines.push(sample(cached.name, `${names},outcome="hit"`, method.cacheHits));
      cached.lines.push(sample(cached.name, `${names},outcome="miss"`, method.cacheMisses));
    }
    pushHistogram(duration, names, method.latency);
    pushHistogram(integration, names, method.integrationLatency);
  }
  const dropped = counter(
    'gatewright_dropped_log_lines_total',
    'Log lines lost because where they were to go did not keep up or failed.',
  );
  for (const [sink, count] of Object.entries(droppedLines)) {
    dropped.lines.push(sample(dropped.name, labels({ sink }), count));
  }
  const own: Family[] = [
    dropped,
    gauge('process_resident_memory_bytes', 'Memory of this process that is in use.', process.residentBytes),
    {
      ...counter('process_cpu_seconds_total', 'Time this process ran.'),
      lines: [sample('process_cpu_seconds_total', '', process.cpuSeconds)],
    },
    gauge('process_start_time_seconds', 'When this process began, since the Unix epoch.', process.startedAtSeconds),
  ];
  return [requests, errors, cached, duration, integration, ...own].map(written).join('');
}

const counter = (name: string, help: string): Family => ({ name, help, type: 'counter', lines: [] });
const histogram = (name: string, help: string): Family => ({ name, help, type: 'histogram', lines: [] });
const gauge = (name: string, help: string, value: number): Family => ({
  ...{ name, help, type: 'gauge' },
  lines: [sample(name, '', value)],
});

/** A family without samples is left out. */
const written = ({ name, help, type, lines }: Family): string =>
  lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;

const sample = (name: string, names: string, value: number): string =>
  `${name}${names === '' ? '' : `{${names}}`} ${value}\n`;

function labels(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"`)
    .join();
}

function pushHistogram({ name, lines }: Family, names: string, latency: PackedLatency): void {
  const counts = countsUpTo(latency, boundsMs);
  for (const [i, boundMs] of boundsMs.entries()) {
    lines.push(sample(`${name}_bucket`, `${names},le="${boundMs / 1000}"`, counts[i]!));
  }
  lines.push(sample(`${name}_bucket`, `${names},le="+Inf"`, latency.samples));
  lines.push(sample(`${name}_sum`, names, latency.sumMs / 1000));
  lines.push(sample(`${name}_count`, names, latency.samples));
}
