/** The dashboard as pages: the stages there are, and one stage's charts. No script runs in them. */
import { createHash } from 'node:crypto';
import { escaped } from '../../base/html.ts';
import type { HttpReply } from '../../base/http.ts';
import { legend, lineChart, readable, shown } from './chart.ts';
import type { KnownStage, MethodFigures, StageFigures } from './figures.ts';
import { periods, type Span } from './span.ts';

const style = `:root{color-scheme:light dark;--ink:#16191f;--paper:#f4f5f7;--card:#fff;--line:#c6c6cd;--soft:#5f6b7a;--link:#0b5cad}
@media(prefers-color-scheme:dark){:root{--ink:#e9ebed;--paper:#0f1b2a;--card:#192534;--line:#414d5c;--soft:#aab7c4;--link:#89bdee}}
body{font:15px/1.5 system-ui,sans-serif;margin:0;background:var(--paper);color:var(--ink)}main{max-width:1240px;margin:0 auto;padding:1.25rem}
h1{font-size:1.4rem;margin:.25rem 0}h2{font-size:1.05rem;margin:0 0 .5rem}.charts~h2{margin-top:1.25rem}a{color:var(--link)}p{margin:.25rem 0 1rem;color:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:center;margin:0 0 1rem}nav [aria-current]{font-weight:700;color:var(--ink);text-decoration:none}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}input,button{font:inherit;padding:.2rem .5rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(32rem,100%),1fr));gap:1rem}
section,table{background:var(--card);border:1px solid var(--line);border-radius:8px}section{padding:.75rem 1rem}
svg{width:100%;height:auto;display:block}svg text{font-size:11px;fill:var(--soft)}svg .grid{stroke:var(--line);stroke-width:.5}svg polyline{fill:none;stroke-width:1.75;stroke-linejoin:round}svg .tip{fill:transparent}svg .tip:hover{fill:#8884}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:.5rem 0 0;padding:0}.legend .key{display:inline-block;width:24px;height:8px;margin-right:.4rem}
.scroll{overflow-x:auto;margin:0 0 1rem}table{border-collapse:collapse;width:100%}th,td{padding:.35rem .75rem;text-align:right;border-top:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left}thead th{border-top:0}caption{text-align:left;font-weight:700;padding:.75rem}`;
const styleHash = createHash('sha256').update(style).digest('base64');

/** Every stage there is, with its last hour. */
export function listPage(stages: readonly StageFigures[]): HttpReply {
  if (stages.length === 0) {
    return htmlReply('Dashboard', '<p>No API was called since this process began, and none is loaded.</p>');
  }
  const rows = stages.map((figures) => {
    const { apiId, apiName, stage, kind } = figures;
    const of = (...names: string[]): string => {
      const found = figures.metrics.find(({ metric }) => names.includes(metric))?.lines;
      const value = found?.find(({ statistic }) => statistic === 'Sum' || statistic === 'p90')?.overall;
      return value === undefined || value === null ? '–' : shown(value);
    };
    return `<tr><td><a href="${address(figures)}">${escaped(apiName)} / ${escaped(stage)}</a></td><td>${escaped(apiId)}</td><td>${typeNames[kind]}</td><td>${of('Count', 'MessageCount')}</td><td>${of('4XXError', '4xx', 'ClientError')}</td><td>${of('5XXError', '5xx', 'ExecutionError')}</td><td>${of('Latency')}</td><td>${of('IntegrationLatency')}</td></tr>`;
  });
  return htmlReply(
    'Dashboard',
    `<p>The last hour of every stage, as far as this process remembers.</p><div class="scroll"><table><thead><tr><th scope="col">API / stage</th><th scope="col">id</th><th scope="col">type</th><th scope="col">calls</th><th scope="col">4xx</th><th scope="col">5xx</th><th scope="col">latency p90, ms</th><th scope="col">integration p90, ms</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  );
}

const typeNames: Readonly<Record<KnownStage['kind'], string>> = { rest: 'REST', http: 'HTTP', websocket: 'WebSocket' };

/** Below `/_/dashboard`. */
const address = ({ apiId, stage }: Pick<KnownStage, 'apiId' | 'stage'>): string =>
  `/_/dashboard/${encodeURIComponent(apiId)}/${encodeURIComponent(stage)}`;

/** One stage; `names` are all stages of its API. */
export function stagePage(figures: StageFigures, span: Span, names: readonly string[]): HttpReply {
  const { apiName, stage, kind, times, metrics, methods } = figures;
  const here = address(figures);
  const query = span.period === undefined ? `from=${figures.from}&to=${figures.to}` : `period=${span.period}`;
  const choices = Object.entries(periods).map(([name, { title }]) => {
    const current = span.period === name ? ' aria-current="page"' : '';
    return `<a href="${here}?period=${name}"${current}>${title}</a>`;
  });
  const stages = names.map((name) => {
    const current = name === stage ? ' aria-current="page"' : '';
    return `<a href="${address({ ...figures, stage: name })}?${escaped(query)}"${current}>${escaped(name)}</a>`;
  });
  const range =
    `<form action="${here}" method="get"><label>From <input name="from" type="datetime-local" value="${figures.from.slice(0, 16)}"></label>` +
    `<label>To <input name="to" type="datetime-local" value="${figures.to.slice(0, 16)}"></label><button type="submit">Show</button></form>`;
  const charts = metrics.map(
    (metric) =>
      `<section><h2>${escaped(metric.title)}${metric.unit === 'Milliseconds' ? ' (ms)' : ''}</h2>${lineChart(metric, times)}${legend(metric)}</section>`,
  );
  return htmlReply(
    `${apiName} / ${stage}`,
    `<nav aria-label="All APIs"><a href="/_/dashboard">All APIs</a> <span>${typeNames[kind]} API ${escaped(figures.apiId)}</span></nav>` +
      `<nav aria-label="Stage"><span>Stage</span> ${stages.join(' ')}</nav>` +
      `<nav aria-label="Period">${choices.join(' ')} ${range}<a href="${here}.json?${escaped(query)}">JSON</a></nav>` +
      `<p>${readable(figures.from)} to ${readable(figures.to)}, in steps of ${stepText(figures.stepSeconds)}.</p>` +
      `<div class="charts">${charts.join('')}</div>${methodTable(methods, kind)}`,
    // A chosen range stands still.
    span.period === undefined ? '' : '<meta http-equiv="refresh" content="60">',
  );
}

const stepText = (seconds: number): string =>
  seconds >= 3600 ? `${seconds / 3600} h` : seconds === 60 ? '1 minute' : `${seconds / 60} minutes`;

function methodTable(methods: readonly MethodFigures[], kind: KnownStage['kind']): string {
  if (methods.length === 0) return '<p>No calls in this time.</p>';
  const ms = (of: Readonly<Record<string, number>> | null, statistic: string): string =>
    of === null ? '–' : shown(of[statistic]!);
  const rows = methods.map((each) => {
    const { method, resource, canary, count, clientErrors, serverErrors, latency, integrationLatency } = each;
    const name = resource === '' && kind === 'rest' ? 'no method' : `${method} ${resource}`.trim();
    const share = (errors: number): string => `${shown(errors)} (${shown((100 * errors) / count)} %)`;
    return `<tr><td>${escaped(name)}${canary ? ' (canary)' : ''}</td><td>${shown(count)}</td><td>${share(clientErrors)}</td><td>${share(serverErrors)}</td><td>${ms(latency, 'p50')}</td><td>${ms(latency, 'p90')}</td><td>${ms(latency, 'p99')}</td><td>${ms(integrationLatency, 'p50')}</td><td>${ms(integrationLatency, 'p99')}</td></tr>`;
  });
  const heads = ['calls', '4xx', '5xx', 'p50, ms', 'p90, ms', 'p99, ms', 'integration p50', 'integration p99'];
  return `<h2>${kind === 'rest' ? 'Methods' : 'Routes'}</h2><div class="scroll"><table><thead><tr><th scope="col">${kind === 'rest' ? 'method' : 'route'}</th>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function htmlReply(title: string, body: string, head = ''): HttpReply {
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'`;
  return {
    status: 200,
    headers: [
      ...['Content-Type', 'text/html; charset=utf-8', 'Cache-Control', 'no-store', 'Content-Security-Policy', policy],
      ...['X-Content-Type-Options', 'nosniff', 'Referrer-Policy', 'no-referrer'],
    ],
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}<title>${escaped(title)}</title><style>${style}</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`,
  };
}
