/** The frame around every page: bar, side, breadcrumbs, messages. */
import AppLayout from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup, { type BreadcrumbGroupProps } from '@cloudscape-design/components/breadcrumb-group';
import Flashbar from '@cloudscape-design/components/flashbar';
import Spinner from '@cloudscape-design/components/spinner';
import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react';
import { errorText } from '../client/aws-error.ts';
import { useOperation } from '../client/queries.ts';
import { NotFound } from '../pages/apis/not-found.tsx';
import { allRoutes } from './all-routes.ts';
import { Flashes } from './flash.tsx';
import { type ApiKind, apiHome, kindNames, Navigation } from './navigation.tsx';
import { PageBoundary } from './page-boundary.tsx';
import { PageContext } from './page-context.ts';
import { hrefOf, match, navigate, type Params, pathWith, type Route, usePath } from './router.ts';
import { TopBar, useCaller } from './top-bar.tsx';

const lazyPages = new Map<Route, ComponentType>(allRoutes.map((route) => [route, lazy(route.page)]));

export function App() {
  const path = usePath();
  const [isOpen, setOpen] = useState(true);
  useEffect(() => {
    if (path === '/') navigate('/apis', 'replace');
  }, [path]);
  const found = routeAt(path);
  const api = useApi(path, found?.params);
  const title = found?.route.title ?? 'Page not found';
  useEffect(() => {
    document.title = [title, api?.name, 'Gatewright'].filter(Boolean).join(' · ');
  }, [title, api?.name]);
  const Page = found === undefined ? NotFound : lazyPages.get(found.route)!;
  return (
    <>
      <TopBar />
      <AppLayout
        headerSelector="#top-bar"
        toolsHide
        ariaLabels={{
          navigation: 'Pages',
          navigationClose: 'Close the list of pages',
          navigationToggle: 'Open the list of pages',
        }}
        navigationOpen={isOpen}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        navigation={<Navigation path={path} {...(api && { api })} />}
        breadcrumbs={<BreadcrumbGroup ariaLabel="Breadcrumbs" items={breadcrumbs(found, api)} />}
        notifications={
          <>
            <CallerTrouble />
            <Flashes />
          </>
        }
        content={
          <PageContext value={found?.params ?? {}}>
            <PageBoundary key={path}>
              <Suspense fallback={<Spinner size="large" />}>{path === '/' ? null : <Page />}</Suspense>
            </PageBoundary>
          </PageContext>
        }
      />
    </>
  );
}

/** Calls may work all the same, so the page is shown; what it is missing is said. */
function CallerTrouble() {
  const { error } = useCaller();
  if (error === null) return null;
  return (
    <Flashbar items={[{ type: 'error', header: 'Cannot tell whose calls these are', content: errorText(error) }]} />
  );
}

function routeAt(path: string): { route: Route; params: Params } | undefined {
  for (const route of allRoutes) {
    const params = match(route.path, path);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

interface ShownApi {
  readonly kind: ApiKind;
  readonly id: string;
  readonly name: string;
}

/** The API that a path leads into. */
function useApi(path: string, params: Params | undefined): ShownApi | undefined {
  const kind = path.split('/')[1] as ApiKind;
  const id = kind in kindNames ? (params?.['apiId'] ?? '') : '';
  const rest = useOperation('apigateway', 'GetRestApi', { restApiId: id }, { enabled: id !== '' && kind === 'rest' });
  const v2 = useOperation('apigatewayv2', 'GetApi', { ApiId: id }, { enabled: id !== '' && kind !== 'rest' });
  if (id === '') return undefined;
  return { kind, id, name: (kind === 'rest' ? rest.data?.name : v2.data?.Name) ?? id };
}

function breadcrumbs(found: ReturnType<typeof routeAt>, api: ShownApi | undefined): BreadcrumbGroupProps.Item[] {
  const items: BreadcrumbGroupProps.Item[] = [{ text: 'APIs', href: hrefOf('/apis') }];
  if (api) items.push({ text: `${api.name} (${api.id})`, href: hrefOf(apiHome(api.kind, api.id)) });
  if (found === undefined || found.route.path === '/apis') return items;
  const { route, params } = found;
  const begin = api || route.path.startsWith('/apis') ? items : [{ text: 'Gatewright', href: hrefOf('/apis') }];
  if (route.parent) begin.push({ text: route.parent[0], href: hrefOf(pathWith(route.parent[1], params)) });
  return [...begin, { text: route.title, href: '#' }];
}
