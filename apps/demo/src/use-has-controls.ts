import { useEffect, useState } from 'react';

/** Whether the demo's server sits beside a local tenant that takes orders. */
export function useHasControls(): boolean {
  const [hasControls, setHasControls] = useState(false);
  useEffect(() => {
    fetch('/api/health')
      .then((response) => response.json())
      .then(({ controls }) => setHasControls(controls === true))
      .catch(() => setHasControls(false));
  }, []);
  return hasControls;
}
