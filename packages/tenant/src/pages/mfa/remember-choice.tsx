/** @jsxImportSource hono/jsx */

/** Spares the second factor on this browser from now on. */
export function RememberChoice({ days }: { days: number }) {
  return (
    <label class="choice">
      <input type="checkbox" name="remember" value="yes" />
      <span>{`Remember this browser for ${days === 1 ? 'a day' : `${days} days`}`}</span>
    </label>
  );
}
