/** expo-linking, in Expo Go. */
import type * as Linking from 'expo-linking';

export const createURL: typeof Linking.createURL = (path) => `exp://127.0.0.1:8081/--/${path}`;
