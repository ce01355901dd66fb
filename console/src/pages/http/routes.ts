import type { Route } from '../../shell/router.ts';

export const routes: readonly Route[] = [
  { path: '/http/:apiId/routes', title: 'Routes', page: () => import('./routes-page.tsx') },
  { path: '/http/:apiId/integrations', title: 'Integrations', page: () => import('./integrations-page.tsx') },
  {
    path: '/http/:apiId/authorizers',
    title: 'Authorization',
    page: () => import('../v2-authorizers/authorizers-page.tsx'),
  },
  { path: '/http/:apiId/cors', title: 'CORS', page: () => import('./cors-page.tsx') },
];
