import type { Route } from '../../shell/router.ts';

export const routes: readonly Route[] = [
  { path: '/apis', title: 'APIs', page: () => import('./api-list.tsx') },
  { path: '/apis/create', title: 'Create API', page: () => import('./choose-kind.tsx') },
  { path: '/apis/create/rest', title: 'Create REST API', page: () => import('./create-rest.tsx') },
  { path: '/apis/create/http', title: 'Create HTTP API', page: () => import('./create-http.tsx') },
  { path: '/apis/create/websocket', title: 'Create WebSocket API', page: () => import('./create-websocket.tsx') },
];
