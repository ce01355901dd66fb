/** What a custom domain name can be. */
import type { Option } from '../../shared/fields.tsx';

export const endpointTypes = [
  { value: 'REGIONAL', label: 'Regional' },
  { value: 'EDGE', label: 'Edge-optimized' },
  { value: 'PRIVATE', label: 'Private' },
] as const;
export type EndpointType = (typeof endpointTypes)[number]['value'];

export const routingModes = [
  { value: 'BASE_PATH_MAPPING_ONLY', label: 'API mappings only' },
  { value: 'ROUTING_RULE_THEN_BASE_PATH_MAPPING', label: 'Routing rules then API mappings' },
  { value: 'ROUTING_RULE_ONLY', label: 'Routing rules only' },
] as const;
export type RoutingMode = (typeof routingModes)[number]['value'];

const regional = [
  ...['TLS_1_2', 'TLS_1_0', 'SecurityPolicy_TLS13_1_3_2025_09', 'SecurityPolicy_TLS13_1_3_FIPS_2025_09'],
  ...['SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09', 'SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09'],
  ...[
    'SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09',
    'SecurityPolicy_TLS13_1_2_PQ_2025_09',
    'SecurityPolicy_TLS13_1_2_2021_06',
  ],
];
const edge = [
  'TLS_1_2',
  'TLS_1_0',
  'SecurityPolicy_TLS13_2025_EDGE',
  'SecurityPolicy_TLS12_PFS_2025_EDGE',
  'SecurityPolicy_TLS12_2018_EDGE',
];

export const securityPolicies = (type: string): Option[] =>
  (type === 'EDGE' ? edge : regional).map((value) => ({ value }));

/** Enhanced policies want to be told how strictly names are held against each other. */
export const isEnhanced = (securityPolicy: string): boolean => securityPolicy.startsWith('SecurityPolicy_');
