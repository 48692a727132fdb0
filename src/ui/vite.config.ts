import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';

/** Builds the screens into dist/ui; the station serves that folder. `vite build --config src/ui/vite.config.ts`. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: { outDir: '../../dist/ui', emptyOutDir: true, target: 'chrome120', assetsInlineLimit: 0 },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8480', ws: true } } },
});
