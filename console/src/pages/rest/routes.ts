import type { Route } from '../../shell/router.ts';

const resources = ['Resources', '/rest/:apiId/resources'] as const;

export const routes: readonly Route[] = [
  { path: '/rest/:apiId/resources', title: 'Resources', page: () => import('./resources-page.tsx') },
  {
    path: '/rest/:apiId/resources/create-resource',
    title: 'Create resource',
    parent: resources,
    page: () => import('./create-resource.tsx'),
  },
  {
    path: '/rest/:apiId/resources/create-method',
    title: 'Create method',
    parent: resources,
    page: () => import('./create-method.tsx'),
  },
  { path: '/rest/:apiId/authorizers', title: 'Authorizers', page: () => import('./authorizers-page.tsx') },
];
