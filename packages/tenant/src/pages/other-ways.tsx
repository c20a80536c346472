/** @jsxImportSource hono/jsx */
import { PasskeyWay, type PasskeyWayProps } from './passkey-way.tsx';
import { WaySymbol, type WaySymbolName } from './way-symbol.tsx';

/** A way to log in besides a password. */
export interface OtherWay {
  readonly href: string;
  /** `Continue with …` */
  readonly name: string;
  readonly symbol: WaySymbolName;
}

interface OtherWaysProps {
  ways: readonly OtherWay[];
  first?: boolean;
  passkey?: PasskeyWayProps | undefined;
}

/** Every other way as a link; `first` when nothing comes before them that they could be an alternative to. */
export function OtherWays({ ways, first = false, passkey }: OtherWaysProps) {
  if (ways.length === 0 && passkey === undefined) return null;
  return (
    <div class="ways" hidden={ways.length === 0}>
      {first ? null : <p class="divider">or</p>}
      <ul class="ways-list">
        {passkey === undefined ? null : (
          <li hidden>
            <PasskeyWay {...passkey} />
          </li>
        )}
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
