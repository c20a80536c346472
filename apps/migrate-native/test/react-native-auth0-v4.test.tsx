import './native-module';
import { fireEvent, render, screen } from '@testing-library/react-native';
import { App as After } from '../src/react-native-auth0-v4/after/app';
import { App as Before } from '../src/react-native-auth0-v4/before/app';
import { closeThePage, giveZoeADevice } from './person';

/** A small app of react-native-auth0 4, and the same after docs/migrate.md: the same person does the same with both. */

jest.setTimeout(30_000);

// Android writes buttons in capitals.
const press = async (title: string) => fireEvent.press(await sees(new RegExp(`^${title}$`, 'i')));
const sees = (text: string | RegExp) => screen.findByText(text, {}, { timeout: 5000 });
const sound = { out: 'Not logged in', in: 'Hello Zoë (zoe@example.com)' };

describe.each([
  ['before', Before],
  ['after', After],
])('%s', (_, App) => {
  let opened: string[];
  beforeEach(async () => {
    opened = giveZoeADevice();
    await render(<App />);
    await sees(sound.out);
  });

  it('logs in, calls an API, is still in after a restart, and logs out', async () => {
    await press('Log in');
    await sees(sound.in);
    await press('Call the API');
    await sees('200 auth0|zoe');
    await screen.unmount();
    await render(<App />);
    await sees(sound.in);
    await press('Log out');
    await sees(sound.out);
    expect(opened).toEqual(['login', 'logout']);
    await press('Call the API');
    await sees('Please log in.');
  });

  it('says nothing of a page that was closed', async () => {
    closeThePage();
    await press('Log in');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await sees(sound.out);
    expect(screen.queryByText(/^Error/)).toBeNull();
  });

  it('logs in by a form of its own, and tells a wrong password', async () => {
    await press('Wrong password');
    await sees('the password is wrong');
    await sees('Error: Wrong email or password.');
    await press('Right password');
    await sees('the password is right');
    await sees(sound.in);
    expect(screen.queryByText(/^Error/)).toBeNull();
  });

  it('works without the hook', async () => {
    await press('By the class');
    await sees('Zoë');
  });
});
