import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';

/** Builds the screens into dist/ui; the station serves that folder. `vite build --config src/ui/vite.config.ts`. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../../dist/ui',
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    rolldownOptions: {
      // The station's page, and the one that a browser's camera outside of a station is shown by.
      input: ['index.html', 'camera.html'].map((page) => `${import.meta.dirname}/${page}`),
      output: {
        // Schemas and what forbids them eval stay in one chunk, in which the latter comes first: a chunk that screens
        // share would else make schemas before the entry has begun.
        codeSplitting: { groups: [{ name: 'schemas', test: /no-eval|node_modules\/zod\/|src\/(api|domain)\// }] },
      },
    },
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8480', ws: true } } },
});
