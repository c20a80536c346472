/** @jsxImportSource hono/jsx */

/** A long value in groups of four, which the eye can hold, in even rows. */
export function Grouped({ value, columns }: { value: string; columns: 3 | 4 }) {
  const groups = value.match(/.{1,4}/g) ?? [];
  return (
    <code class={`grouped grouped-${columns}`}>
      {groups.map((group) => (
        <span>{`${group} `}</span>
      ))}
    </code>
  );
}
