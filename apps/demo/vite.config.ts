import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page asks its own origin for `/api`; a real deployment routes that to the server in the same way. */
const proxy = { '/api': process.env.DEMO_API ?? 'http://127.0.0.1:3001' };

export default defineConfig({
  plugins: [react()],
  server: { host: 'localhost', port: 5173, proxy },
  preview: { host: 'localhost', port: 5173, proxy },
  build: { sourcemap: true },
});
