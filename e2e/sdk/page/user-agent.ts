import { createPlatform } from '../../../packages/postern/src/platform/browser/index.ts';
import type { PresentRequest, UserAgent } from '../../../packages/postern/src/platform/platform.ts';

declare global {
  interface Window {
    platform: ReturnType<typeof createPlatform>;
    /** Presents a request straight away, as a click handler would, and keeps its outcome. */
    present(mode: PresentRequest['mode'], request: Omit<PresentRequest, 'mode'>): void;
    /** Presents in a window prepared earlier; resolves to the outcome. */
    presentPrepared(): Promise<string>;
    lastPopup: Window | null;
    outcome: Promise<{ url?: string; code?: string; message?: string; ms: number }>;
  }
}

window.platform = createPlatform();
const userAgent: UserAgent = window.platform.userAgent;

window.present = (mode, request) => {
  const begun = performance.now();
  const ms = () => Math.round(performance.now() - begun);
  window.outcome = userAgent
    .prepare(mode)
    .present({ ...request, mode })
    .then(
      (result) => ({ ...(result.kind === 'callback' ? { url: result.url } : {}), ms: ms() }),
      (error: Error & { code: string }) => ({ code: error.code, message: error.message, ms: ms() }),
    );
};

void window.platform.lifecycle.handOver?.().then((handedOver) => {
  document.documentElement.dataset.handedOver = String(handedOver);
});
