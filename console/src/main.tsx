/** The console begins. */
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import '@cloudscape-design/global-styles/index.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './client/queries.ts';
import { startAppearance } from './shell/appearance.ts';
import { Entrance } from './shell/entrance.tsx';
import { followLinksHere } from './shell/router.ts';

startAppearance();
followLinksHere();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={queryClient}>
        <Entrance />
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
