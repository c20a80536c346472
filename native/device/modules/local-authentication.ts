/** expo-local-authentication: whoever holds the device. */
import type * as LocalAuthentication from 'expo-local-authentication';

let answer: () => LocalAuthentication.LocalAuthenticationResult = () => ({ success: true });
let asked = 0;

/** From now on, the sensor answers so. */
export function showFinger(finger: () => LocalAuthentication.LocalAuthenticationResult) {
  answer = finger;
  asked = 0;
}
export const timesAsked = () => asked;

export const hasHardwareAsync: typeof LocalAuthentication.hasHardwareAsync = async () => true;
export const getEnrolledLevelAsync: typeof LocalAuthentication.getEnrolledLevelAsync = async () => 3;
export const authenticateAsync: typeof LocalAuthentication.authenticateAsync = async () => {
  asked += 1;
  return answer();
};
