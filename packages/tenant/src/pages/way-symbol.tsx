/** @jsxImportSource hono/jsx */

/** Small line drawings for ways to log in. Ours, and plain: none is the mark of a company. Decorative. */
const drawings = {
  key: 'M14.5 9.5a4 4 0 1 0-3.2 3.9L13 15h2v2h2v2h3v-3l-5.6-5.2M9.5 8.5v.1',
  app: 'M7 3.5h10v17H7zM10 8h4M10 11h4M10 14h4M11 17.6h2',
  message: 'M4 5.5h16v11h-9l-4 3.5v-3.5H4zM8 11h.1M12 11h.1M16 11h.1',
  call: 'M5.5 4.5h3.2l1.4 4-2 1.5a11 11 0 0 0 5.9 5.9l1.5-2 4 1.4v3.2c0 .6-.5 1-1 1A15 15 0 0 1 4.5 5.5c0-.5.4-1 1-1z',
  mail: 'M4 6.5h16v11H4zM4.5 7l7.5 6 7.5-6',
  bell: 'M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10.5 20.5h3',
  paper: 'M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12h6M9 15.5h6',
} as const;

/** Providers are told apart by a letter; their own marks are theirs. */
const letters = { 'google-oauth2': 'G', apple: 'A', github: 'H', facebook: 'F' } as const;

export type WaySymbolName = keyof typeof drawings | keyof typeof letters;

export function WaySymbol({ name }: { name: WaySymbolName }) {
  if (isLetter(name)) {
    return (
      <svg class="way-letter" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" focusable="false">
        <rect x="0.75" y="0.75" width="20.5" height="20.5" rx="6" />
        <text x="11" y="15.2" text-anchor="middle">
          {letters[name]}
        </text>
      </svg>
    );
  }
  return (
    <svg width="22" height="22" viewBox="0 0 24 24" fill="none" aria-hidden="true" focusable="false">
      <path
        d={drawings[name]}
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

function isLetter(name: WaySymbolName): name is keyof typeof letters {
  return name in letters;
}
