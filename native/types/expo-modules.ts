/** Holds what the SDK believes of the packages (`modules.ts`) to the packages as they are published. */

import * as expo from 'expo';
import * as Application from 'expo-application';
import * as Constants from 'expo-constants';
import * as Crypto from 'expo-crypto';
import * as Linking from 'expo-linking';
import * as LocalAuthentication from 'expo-local-authentication';
import * as SecureStore from 'expo-secure-store';
import * as WebBrowser from 'expo-web-browser';
import * as ReactNative from 'react-native';
import type { NativeModules } from '../../packages/postern/src/platform/expo/modules.ts';

export const published: NativeModules = {
  'react-native': ReactNative,
  'expo-web-browser': WebBrowser,
  'expo-secure-store': SecureStore,
  'expo-crypto': Crypto,
  'expo-linking': Linking,
  'expo-local-authentication': LocalAuthentication,
  'expo-application': Application,
  'expo-constants': Constants,
  expo,
};

// @ts-expect-error: another package would be noticed.
export const confused: Pick<NativeModules, 'expo-crypto'> = { 'expo-crypto': Linking };
