/** Stage settings that AWS accepts and we keep, but that nothing acts on yet. They guard nothing, so a stage may have them; the log names them. */
import type { Stage } from '../../definition/rest-api.ts';
import type { Log } from '../../ports/telemetry.ts';

/** In the words of UpdateStage's patch paths, e.g. `tracingEnabled`. */
export function idleSettings(stage: Stage): string[] {
  const idle: Readonly<Record<string, boolean>> = {
    tracingEnabled: stage.tracingEnabled,
  };
  return Object.keys(idle).filter((name) => idle[name]);
}

/** Warns of settings that were switched on by this call. */
export function warnOfIdleSettings(log: Log, restApiId: string, stage: Stage, before: Stage | undefined): void {
  const known = before === undefined ? [] : idleSettings(before);
  const settings = idleSettings(stage).filter((name) => !known.includes(name));
  if (settings.length === 0) return;
  log.warn('Stage settings are kept but have no effect yet', { apiId: restApiId, stage: stage.stageName, settings });
}
