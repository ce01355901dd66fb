import type { Route } from '../../shell/router.ts';

export const routes: readonly Route[] = [
  { path: '/domain-names', title: 'Custom domain names', page: () => import('./domain-names.tsx') },
  {
    path: '/domain-names/:domainName',
    title: 'Domain name',
    parent: ['Custom domain names', '/domain-names'],
    page: () => import('./domain-name.tsx'),
  },
];
