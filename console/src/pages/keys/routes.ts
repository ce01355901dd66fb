import type { Route } from '../../shell/router.ts';

export const routes: readonly Route[] = [
  { path: '/usage-plans', title: 'Usage plans', page: () => import('./usage-plans.tsx') },
  {
    path: '/usage-plans/:planId',
    title: 'Usage plan',
    parent: ['Usage plans', '/usage-plans'],
    page: () => import('./usage-plan.tsx'),
  },
  { path: '/api-keys', title: 'API keys', page: () => import('./api-keys.tsx') },
  {
    path: '/api-keys/:keyId',
    title: 'API key',
    parent: ['API keys', '/api-keys'],
    page: () => import('./api-key.tsx'),
  },
];
