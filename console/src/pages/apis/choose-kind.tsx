/** Which kind of API to create (rows CON-01, VS-04). */
import Button from '@cloudscape-design/components/button';
import Cards from '@cloudscape-design/components/cards';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { navigate } from '../../shell/router.ts';

const kinds = [
  {
    name: 'HTTP API',
    path: '/apis/create/http',
    canImport: true,
    about:
      'Low latency, with JWT authorizers and CORS built in. A route leads to a function or a web server and passes requests on.',
    worksWith: 'Lambda, HTTP backends',
  },
  {
    name: 'WebSocket API',
    path: '/apis/create/websocket',
    canImport: false,
    about:
      'Connections that stay open, for chats and dashboards. Messages are routed by what is in them, and the backend may send at any time.',
    worksWith: 'Lambda, HTTP, AWS services, Mock',
  },
  {
    name: 'REST API',
    path: '/apis/create/rest',
    canImport: true,
    about:
      'Full control over requests and responses: validation, mapping templates, caching, API keys and usage plans, canaries.',
    worksWith: 'Lambda, HTTP, AWS services, Mock, VPC links',
  },
] as const;

export default function ChooseKind() {
  return (
    <Cards
      header={<Header variant="h1">Create API</Header>}
      items={[...kinds]}
      cardsPerRow={[{ cards: 1 }, { minWidth: 700, cards: 3 }]}
      cardDefinition={{
        header: (kind) => kind.name,
        sections: [
          { id: 'about', content: (kind) => kind.about },
          { id: 'works-with', header: 'Works with', content: (kind) => kind.worksWith },
          {
            id: 'actions',
            content: (kind) => (
              <SpaceBetween direction="horizontal" size="xs">
                {kind.canImport && (
                  <Button ariaLabel={`Import ${kind.name}`} onClick={() => navigate(`${kind.path}?from=import`)}>
                    Import
                  </Button>
                )}
                <Button variant="primary" ariaLabel={`Build ${kind.name}`} onClick={() => navigate(kind.path)}>
                  Build
                </Button>
              </SpaceBetween>
            ),
          },
        ],
      }}
    />
  );
}
