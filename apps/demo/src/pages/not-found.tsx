import { Link } from 'react-router';

export function NotFound() {
  return (
    <section className="card centred">
      <h1>No such page</h1>
      <p>
        There is nothing at this address. <Link to="/">Go to the start</Link>.
      </p>
    </section>
  );
}
