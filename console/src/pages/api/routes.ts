import type { Route } from '../../shell/router.ts';

export const routes: readonly Route[] = [
  { path: '/rest/:apiId/gateway-responses', title: 'Gateway responses', page: () => import('./gateway-responses.tsx') },
  { path: '/rest/:apiId/models', title: 'Models', page: () => import('./models.tsx') },
  { path: '/websocket/:apiId/models', title: 'Models', page: () => import('./v2-models.tsx') },
  { path: '/rest/:apiId/resource-policy', title: 'Resource policy', page: () => import('./resource-policy.tsx') },
  { path: '/rest/:apiId/documentation', title: 'Documentation', page: () => import('./documentation.tsx') },
  { path: '/rest/:apiId/settings', title: 'API settings', page: () => import('./rest-settings.tsx') },
  { path: '/http/:apiId/settings', title: 'API settings', page: () => import('./v2-settings.tsx') },
  { path: '/websocket/:apiId/settings', title: 'API settings', page: () => import('./v2-settings.tsx') },
];
