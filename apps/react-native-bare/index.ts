// The one thing that React Native lacks: its own URL ignores what is assigned to it. First, before anything uses it.
import 'react-native-url-polyfill/auto';
import { AppRegistry } from 'react-native';
import { App } from './src/app';

AppRegistry.registerComponent('PosternBare', () => App);
