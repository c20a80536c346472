import { Component } from 'react';
import { Button, Text, View } from 'react-native';
import Auth0, { type Credentials, type TokenType, type User } from 'react-native-auth0';
import { config, realm, redirectUrl } from '../config';

const auth0 = new Auth0({ domain: config.domain, clientId: config.clientId, credentialsManagerStorageKey: 'classes' });

interface State {
  readonly user: User | null;
  readonly message: string;
}

/** Apps older than hooks: one client for the whole app, promises, class components. */
export class ClassHome extends Component<object, State> {
  override state: State = { user: null, message: '' };

  override componentDidMount() {
    auth0.credentialsManager
      .hasValidCredentials()
      .then((isValid) => (isValid ? auth0.credentialsManager.getCredentials() : undefined))
      .then((credentials) => credentials && this.greet(credentials))
      .catch((error: Error) => this.setState({ message: error.message }));
  }

  greet = ({ accessToken, tokenType }: Credentials) =>
    auth0.auth
      .userInfo({ token: accessToken, tokenType: tokenType as TokenType })
      .then((user) => this.setState({ user, message: '' }));

  logIn = () => {
    auth0.webAuth
      .authorize({ scope: 'openid profile email offline_access', redirectUrl })
      .then((credentials) => auth0.credentialsManager.saveCredentials(credentials).then(() => this.greet(credentials)))
      .catch((error: Error) => this.setState({ message: error.message }));
  };

  logOut = () => {
    auth0.webAuth
      .clearSession({ returnToUrl: redirectUrl })
      .then(() => auth0.credentialsManager.clearCredentials())
      .then(() => this.setState({ user: null }))
      .catch((error: Error) => this.setState({ message: error.message }));
  };

  renew = () => {
    auth0.credentialsManager
      .getCredentials()
      .then(({ refreshToken = '' }) => auth0.auth.refreshToken({ refreshToken }))
      .then((credentials) => auth0.credentialsManager.saveCredentials(credentials))
      .then(() => this.setState({ message: 'renewed' }))
      .catch((error: Error) => this.setState({ message: error.message }));
  };

  resetPassword = () => {
    auth0.auth
      .resetPassword({ email: 'zoe@example.com', connection: realm })
      .then(() => this.setState({ message: 'a mail is on its way' }))
      .catch((error: Error) => this.setState({ message: error.message }));
  };

  override render() {
    const { user, message } = this.state;
    return (
      <View>
        <Text>{user ? `Class hello ${user.name}` : 'Class: not logged in'}</Text>
        <Text testID="message">{message}</Text>
        <Button title="Class log in" onPress={this.logIn} />
        <Button title="Class log out" onPress={this.logOut} />
        <Button title="Class renew" onPress={this.renew} />
        <Button title="Class forgot it" onPress={this.resetPassword} />
      </View>
    );
  }
}
