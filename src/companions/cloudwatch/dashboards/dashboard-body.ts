/** What the body of a CloudWatch dashboard must be ("Dashboard body structure and syntax"): complaints refuse it, warnings come with the answer. */

export interface BodyMessage {
  readonly DataPath: string;
  readonly Message: string;
}

export interface BodyCheck {
  readonly complaints: readonly BodyMessage[];
  readonly warnings: readonly BodyMessage[];
}

type Json = Readonly<Record<string, unknown>>;

const requiredProperties: Readonly<Record<string, readonly string[]>> = {
  text: ['markdown'],
  metric: ['region'],
  log: ['query', 'region'],
  alarm: ['alarms'],
  explorer: [],
  custom: ['endpoint'],
};
const bodyMembers: ReadonlySet<string> = new Set(['widgets', 'start', 'end', 'periodOverride', 'variables']);
const gridWidth = 24;

/** `body` is parsed JSON. */
export function checkBody(body: unknown): BodyCheck {
  const complaints: BodyMessage[] = [];
  const warnings: BodyMessage[] = [];
  const complain = (DataPath: string, Message: string): number => complaints.push({ DataPath, Message });
  if (!isObject(body)) {
    complain('', 'Should be object');
    return { complaints, warnings };
  }
  for (const name of Object.keys(body)) {
    if (!bodyMembers.has(name))
      warnings.push({ DataPath: `/${name}`, Message: 'Should NOT have additional properties' });
  }
  if (body['widgets'] === undefined) complain('', "Should have required property 'widgets'");
  else if (!Array.isArray(body['widgets'])) complain('/widgets', 'Should be array');
  else {
    for (const [i, widget] of body['widgets'].entries()) checkWidget(widget, `/widgets/${i}`, complain);
  }
  const { periodOverride } = body;
  if (periodOverride !== undefined && periodOverride !== 'auto' && periodOverride !== 'inherit') {
    complain('/periodOverride', 'Should be equal to one of the allowed values');
  }
  return { complaints, warnings };
}

function checkWidget(widget: unknown, path: string, complain: (path: string, message: string) => number): void {
  if (!isObject(widget)) {
    complain(path, 'Should be object');
    return;
  }
  for (const [name, least, most] of [
    ['x', 0, gridWidth - 1],
    ['y', 0, Number.MAX_SAFE_INTEGER],
    ['width', 1, gridWidth],
    ['height', 1, 1000],
  ] as const) {
    const value = widget[name];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isInteger(value)) complain(`${path}/${name}`, 'Should be integer');
    else if (value < least) complain(`${path}/${name}`, `Should be >= ${least}`);
    else if (value > most) complain(`${path}/${name}`, `Should be <= ${most}`);
  }
  const { type, properties } = widget;
  if (type === undefined) complain(path, "Should have required property 'type'");
  else if (typeof type !== 'string' || !Object.hasOwn(requiredProperties, type)) {
    complain(`${path}/type`, 'Should be equal to one of the allowed values');
  }
  if (properties === undefined) complain(path, "Should have required property 'properties'");
  else if (!isObject(properties)) complain(`${path}/properties`, 'Should be object');
  else if (typeof type === 'string' && Object.hasOwn(requiredProperties, type)) {
    for (const name of requiredProperties[type]!) {
      if (properties[name] === undefined) complain(`${path}/properties`, `Should have required property '${name}'`);
    }
    if (type === 'metric') checkMetrics(properties, `${path}/properties`, complain);
  }
}

/** A metric widget shows metrics, or an alarm. */
function checkMetrics(properties: Json, path: string, complain: (path: string, message: string) => number): void {
  const { metrics, annotations, period } = properties;
  if (metrics === undefined && annotations === undefined) complain(path, "Should have required property 'metrics'");
  if (metrics !== undefined && !Array.isArray(metrics)) complain(`${path}/metrics`, 'Should be array');
  else {
    for (const [i, metric] of ((metrics ?? []) as unknown[]).entries()) {
      if (!Array.isArray(metric)) complain(`${path}/metrics/${i}`, 'Should be array');
      else if (metric.length === 0) complain(`${path}/metrics/${i}`, 'Should NOT have fewer than 1 items');
    }
  }
  if (period !== undefined && typeof period !== 'number') complain(`${path}/period`, 'Should be number');
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
