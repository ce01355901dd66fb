/** Routing modes, which v1 and v2 call by different names (row DOM-24). */
import type { RoutingMode } from '../../definition/custom-domain.ts';

const v1Names = {
  API_MAPPING_ONLY: 'BASE_PATH_MAPPING_ONLY',
  ROUTING_RULE_ONLY: 'ROUTING_RULE_ONLY',
  ROUTING_RULE_THEN_API_MAPPING: 'ROUTING_RULE_THEN_BASE_PATH_MAPPING',
} as const satisfies Record<RoutingMode, string>;

export const v1RoutingMode = (mode: RoutingMode): (typeof v1Names)[RoutingMode] => v1Names[mode];

/** By either name; undefined when there is no such mode. */
export const routingModeOf = (text: string): RoutingMode | undefined =>
  (Object.keys(v1Names) as RoutingMode[]).find((mode) => mode === text || v1Names[mode] === text);
