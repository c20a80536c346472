/** @jsxImportSource hono/jsx */
import { WaySymbol, type WaySymbolName } from './way-symbol.tsx';

/** A way to log in besides a password. */
export interface OtherWay {
  readonly href: string;
  /** `Continue with …` */
  readonly name: string;
  readonly symbol: WaySymbolName;
}

/** Every other way as a link; `first` when nothing comes before them that they could be an alternative to. */
export function OtherWays({ ways, first = false }: { ways: readonly OtherWay[]; first?: boolean }) {
  if (ways.length === 0) return null;
  return (
    <div class="ways">
      {first ? null : <p class="divider">or</p>}
      <ul class="ways-list">
        {ways.map(({ href, name, symbol }) => (
          <li>
            <a class="button button-outline way" href={href}>
              <WaySymbol name={symbol} />
              {`Continue with ${name}`}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
