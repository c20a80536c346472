import { useState } from 'react';
import { Text, TextInput, View } from 'react-native';
import { AuthError, MfaError, MfaErrorCodes, MfaFactorType, useAuth0 } from 'react-native-auth0';
import { realm } from '../config';
import { Actions, describeError, useResult } from '../result';

/** What a login that wants a second factor brings along. */
const mfaTokenOf = (error: unknown): string | undefined =>
  error instanceof AuthError && error.code === 'mfa_required'
    ? (error.json as { mfa_token?: string }).mfa_token
    : undefined;

/** Second factors: the flexible client, and the methods that it replaces. */
export function MfaScreen() {
  const { loginWithPasswordRealm, authorizeWithOTP, authorizeWithRecoveryCode, mfa, user } = useAuth0();
  const [mfaToken, setMfaToken] = useState('');
  const [username, setUsername] = useState('');
  const [otp, setOtp] = useState('');
  const { result, run } = useResult();

  const explain = (error: unknown) => {
    if (!(error instanceof MfaError)) return describeError(error);
    switch (error.type) {
      case MfaErrorCodes.INVALID_OTP:
      case MfaErrorCodes.MFA_ERROR:
        return `Refused: ${error.message}`;
      case MfaErrorCodes.EXPIRED_MFA_TOKEN:
        return 'Log in again.';
      default:
        return describeError(error);
    }
  };

  return (
    <View>
      <Text>{user ? `In as ${user.name}` : 'Out'}</Text>
      <TextInput accessibilityLabel="Email" value={username} onChangeText={setUsername} />
      <TextInput accessibilityLabel="One-time code" value={otp} onChangeText={setOtp} />
      <Actions
        result={result}
        entries={{
          'Log in': () =>
            run(async () => {
              try {
                await loginWithPasswordRealm({ username, password: 'Correct-Horse-42', realm });
                return 'logged in at once';
              } catch (error) {
                const token = mfaTokenOf(error);
                if (!token) throw error;
                setMfaToken(token);
                return 'a second factor is wanted';
              }
            }),
          'List factors': () =>
            run(async () => {
              const found = await mfa.getAuthenticators({ mfaToken, factorsAllowed: [MfaFactorType.OTP] });
              return found.map(({ authenticatorType }) => authenticatorType).join(' ');
            }),
          'Verify code': () =>
            run(async () => {
              await mfa.verify({ mfaToken, otp });
              return 'verified';
            }, explain),
          'Verify as before': () =>
            run(async () => {
              await authorizeWithOTP({ mfaToken, otp });
              return 'verified';
            }, explain),
          'Recover as before': () =>
            run(async () => {
              const { recoveryCode } = await authorizeWithRecoveryCode({ mfaToken, recoveryCode: otp });
              return recoveryCode ? 'recovered, with a new code' : 'recovered';
            }, explain),
        }}
      />
    </View>
  );
}
