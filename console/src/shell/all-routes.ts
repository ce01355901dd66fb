/** Every page there is; an area names its own. */
import { routes as account } from '../pages/account/routes.ts';
import { routes as api } from '../pages/api/routes.ts';
import { routes as apis } from '../pages/apis/routes.ts';
import { routes as dashboard } from '../pages/dashboard/routes.ts';
import { routes as domains } from '../pages/domains/routes.ts';
import { routes as http } from '../pages/http/routes.ts';
import { routes as keys } from '../pages/keys/routes.ts';
import { routes as rest } from '../pages/rest/routes.ts';
import { routes as stages } from '../pages/stages/routes.ts';
import { routes as websocket } from '../pages/websocket/routes.ts';
import type { Route } from './router.ts';

export const allRoutes: readonly Route[] = [
  ...account,
  ...api,
  ...apis,
  ...dashboard,
  ...domains,
  ...http,
  ...keys,
  ...rest,
  ...stages,
  ...websocket,
];
