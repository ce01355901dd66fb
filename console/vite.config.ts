/** Builds the console into console/dist: static files that a server shows below `/_/console/`, without asking any other host. */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { awsModels } from './aws-models.ts';

const root = import.meta.dirname;

/** Where calls go while `vite` serves the sources: a server that runs beside it. */
const server = process.env['GATEWRIGHT'] ?? 'http://localhost:4566';

export default defineConfig({
  root,
  base: '/_/console/',
  plugins: [react(), awsModels(join(root, '../models'))],
  build: { outDir: join(root, 'dist'), emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 1500 },
  server: { proxy: { '/_/console/about.json': server, '^/(?!_/console/)': { target: server, ws: true } } },
});
