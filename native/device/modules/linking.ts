/** expo-linking: in Expo Go, and for who names a scheme in a build of the app's own. */
import type * as Linking from 'expo-linking';

export const createURL: typeof Linking.createURL = (path, { scheme } = {}) =>
  scheme ? `${scheme}://${path}` : `exp://127.0.0.1:8081/--/${path}`;
