import type { Route } from '../../shell/router.ts';

const page = () => import('./dashboard.tsx');

export const routes: readonly Route[] = [
  { path: '/rest/:apiId/dashboard', title: 'Dashboard', page },
  { path: '/http/:apiId/dashboard', title: 'Dashboard', page },
  { path: '/websocket/:apiId/dashboard', title: 'Dashboard', page },
];
