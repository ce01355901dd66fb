import type { Route } from '../../shell/router.ts';

export const routes: readonly Route[] = [
  { path: '/websocket/:apiId/routes', title: 'Routes', page: () => import('./routes-page.tsx') },
  {
    path: '/websocket/:apiId/authorizers',
    title: 'Authorizers',
    page: () => import('../v2-authorizers/authorizers-page.tsx'),
  },
];
