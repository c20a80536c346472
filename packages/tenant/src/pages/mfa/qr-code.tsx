/** @jsxImportSource hono/jsx */

import { Grouped } from './grouped.tsx';

/** A picture to scan, dark on light in every colour scheme. */
export function QrCode({ picture, alt }: { picture: string; alt: string }) {
  return (
    <div class="qr">
      <img src={picture} alt={alt} width="200" height="200" />
    </div>
  );
}

/** The same for typing, in groups that the eye can hold. */
export function SetupKey({ secret, uri }: { secret: string; uri: string }) {
  return (
    <div class="setup-key">
      <p class="setup-key-line">
        <span>Or type this key:</span>
        <button type="button" class="link-button" data-copy={secret} hidden>
          Copy key
        </button>
      </p>
      <p class="setup-key-value">
        <Grouped value={secret} columns={4} />
      </p>
      <p class="setup-key-line">
        <a href={uri}>Open the app on this device</a>
      </p>
    </div>
  );
}
