import type { Route } from '../../shell/router.ts';

export const routes: readonly Route[] = [
  { path: '/rest/:apiId/stages', title: 'Stages', page: () => import('./rest-stages.tsx') },
  { path: '/http/:apiId/stages', title: 'Stages', page: () => import('./v2-stages.tsx') },
  { path: '/websocket/:apiId/stages', title: 'Stages', page: () => import('./v2-stages.tsx') },
];
