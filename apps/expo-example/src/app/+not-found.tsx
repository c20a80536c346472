import { Link } from 'expo-router';
import { Screen } from '../ui/screen';
import { Text, Title } from '../ui/text';

export default function NotFound() {
  return (
    <Screen>
      <Title>There is no such screen</Title>
      <Link href="/" style={{ paddingVertical: 12 }}>
        <Text tone="accent" style={{ fontWeight: '600' }}>
          Go home
        </Text>
      </Link>
    </Screen>
  );
}
