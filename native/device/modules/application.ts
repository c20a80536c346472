/** expo-application, in a build of the app's own. */
import type * as Application from 'expo-application';

export const applicationId: typeof Application.applicationId = 'com.example.postern';
