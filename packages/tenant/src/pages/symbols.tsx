/** @jsxImportSource hono/jsx */

/** Small line drawings that open the pages with a message. Decorative. */
const paths = {
  envelope: 'M4 7.5h16v10H4zM4.5 8l7.5 6 7.5-6',
  check: 'm6 12.5 4 4 8-9',
  key: 'M14.5 9.5a4 4 0 1 0-3.2 3.9L13 15h2v2h2v2h3v-3l-5.6-5.2M9.5 8.5v.1',
  door: 'M7 20V10a5 5 0 0 1 10 0v10M4.5 20h15M14 14.5v.5',
  phone:
    'M8 3.5h8a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5zM11 17.5h2',
  trouble: 'M12 5v9M12 18.4v.1',
} as const;
export type SymbolName = keyof typeof paths;

export function PageSymbol({ name }: { name: SymbolName }) {
  return (
    <div class={name === 'trouble' ? 'symbol symbol-trouble' : 'symbol'}>
      <svg width="26" height="26" viewBox="0 0 24 24" fill="none" aria-hidden="true" focusable="false">
        <path
          d={paths[name]}
          stroke="currentColor"
          stroke-width="1.75"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
    </div>
  );
}
