import { randomInt } from 'node:crypto';
import type { TenantControl } from '../control/control.ts';
import type { ControlUser, UserControl } from '../control/users.ts';

/** What every test user has unless told otherwise. */
export const testPassword = 'Correct-Horse-42';

type NewUser = Parameters<UserControl['create']>[0];

/** A user as the configuration has them; everything may be left out. */
export interface TestUserInput extends Omit<NewUser, 'mfa'> {
  /** Full name, instead of `profile`. */
  readonly name?: string;
  /** Second factors already set up; `true`: an authenticator app and a recovery code. */
  readonly mfa?: true | NewUser['mfa'];
}

/** A user with what signs them in. */
export interface TestUser extends Omit<ControlUser, 'email'> {
  readonly email: string;
  readonly password: string;
  /** What the login page asks for: the same as `email`. */
  readonly login: string;
  /** Set when they have one. */
  readonly recoveryCode?: string;
}

export interface TestUsers extends Omit<UserControl, 'create'> {
  /**
   * A user of the tenant's first database, with an address and name of their own and the password `Correct-Horse-42`.
   * @throws ControlError `conflict` when e-mail, username or id is taken
   */
  create(user?: TestUserInput): Promise<TestUser>;
}

export interface CountedUsers extends TestUsers {
  /** After a reset: the first one is the first again. */
  forget(): void;
}

export function createTestUsers(control: TenantControl, connection: string): CountedUsers {
  let made = 0;
  return {
    ...control.users,
    forget() {
      made = 0;
    },
    async create({ name, mfa, ...given } = {}) {
      made += 1;
      const { email = `person-${made}@example.com`, password = testPassword } = given;
      const factors = mfa === true ? { totpSecret: pick(base32, 32), recoveryCode: pick(capitals, 24) } : mfa;
      const fullName = name ?? given.profile?.name ?? `Person ${made}`;
      const created = await control.users.create({
        connection,
        ...given,
        email,
        password,
        profile: { name: fullName, nickname: email.split('@')[0] ?? email, ...given.profile },
        ...(factors === undefined ? {} : { mfa: factors }),
      });
      const recoveryCode = factors?.recoveryCode;
      return { ...created, email, password, login: email, ...(recoveryCode === undefined ? {} : { recoveryCode }) };
    },
  };
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const pick = (alphabet: string, length: number) =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
