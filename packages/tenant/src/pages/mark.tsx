/** @jsxImportSource hono/jsx */

/** The Postern mark: a small arched door, ajar. Decorative: the name always stands beside it. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true" focusable="false">
      <path class="mark-frame" d="M6 29V14a10 10 0 0 1 20 0v15" stroke-width="2.5" stroke-linecap="round" />
      <path class="mark-door" d="M11 29V14.5c0-3.2 2.3-5.6 5.2-6.3.9-.2 1.8.5 1.8 1.5V29z" />
      <circle class="mark-knob" cx="15.4" cy="19.5" r="1.3" />
      <path class="mark-frame" d="M3 29h26" stroke-width="2.5" stroke-linecap="round" />
    </svg>
  );
}
