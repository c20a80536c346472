import { createPlatform } from '../../../packages/postern/src/platform/browser/index.ts';
import { cases, type Scene } from '../../../packages/postern/test/platform-contract/contract.ts';

declare global {
  interface Window {
    /** Plays an act of a case; resolves to what it gave. */
    play(index: number, act: 'run' | 'after', settings: { issuer: string; before?: unknown }): Promise<unknown>;
  }
}

window.play = async (index, act, { issuer, before }) => {
  const scene: Scene = {
    name: `case ${index}`,
    persistent: ['localstorage', 'indexeddb'],
    hasChannel: true,
    hasUrl: true,
    mode: 'popup',
    hasManyLogins: true,
    open: createPlatform,
    issuer,
    redirectUri: `${location.origin}/callback`,
  };
  return act === 'run' ? cases[index]?.run(scene) : cases[index]?.after?.(scene, before);
};

void createPlatform()
  .lifecycle.handOver?.()
  .then((handedOver) => {
    document.documentElement.dataset.handedOver = String(handedOver);
  });
