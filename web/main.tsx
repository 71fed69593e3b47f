import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/base.css';
import './styles/controls.css';
import { createQueries } from './api/queries.js';
import { createAppRouter } from './shell/router.js';
import { firstLanguage, loadTexts, ReaderProvider } from './texts/texts.js';

const first = firstLanguage();
await loadTexts(first);
const queries = createQueries();
const router = createAppRouter();
const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <ReaderProvider first={first}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ReaderProvider>
    </StrictMode>,
  );
