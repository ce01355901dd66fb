import type { Route } from '../../shell/router.ts';

export const routes: readonly Route[] = [
  { path: '/client-certificates', title: 'Client certificates', page: () => import('./client-certificates.tsx') },
  { path: '/vpc-links', title: 'VPC links', page: () => import('./vpc-links.tsx') },
  { path: '/settings', title: 'Settings', page: () => import('./account-settings.tsx') },
];
