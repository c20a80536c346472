/** @jsxImportSource hono/jsx */
import { Mark } from '../mark.tsx';
import { DashboardDocument } from './frame.tsx';

/** What somebody without the secret sees: how to open the dashboard, and nothing of what is in it. */
export function ClosedPage() {
  return (
    <DashboardDocument title="Dashboard is locked · Postern">
      <main class="locked">
        <Mark size={44} />
        <h1>The dashboard is locked</h1>
        <p>
          It opens with the secret of this run. The tenant printed the whole address when it started; look for the line
          with
        </p>
        <p>
          <code>/__tenant?secret=…</code>
        </p>
        <p class="soft">
          With <code>--json</code> the secret is in the first line of the output, from code it is{' '}
          <code>tenant.control.secret</code>. Came here from another site with the right address?{' '}
          <a href="/__tenant">Open it once more</a>.
        </p>
      </main>
    </DashboardDocument>
  );
}
