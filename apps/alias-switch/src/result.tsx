import { useState } from 'react';
import { Button, Text, View } from 'react-native';

/** Runs what a button stands for, and shows what came of it. */
export function useResult() {
  const [result, setResult] = useState('');
  const run = (work: () => Promise<unknown>, describe: (error: unknown) => string = describeError) => {
    work().then(
      (value) => setResult(typeof value === 'string' ? value : 'done'),
      (error: unknown) => setResult(describe(error)),
    );
  };
  return { result, run };
}

export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const type = 'type' in error ? String(error.type) : error.name;
  return `${type}: ${error.message}`;
}

export function Actions({ entries, result }: { entries: Record<string, () => void>; result: string }) {
  return (
    <View>
      {Object.entries(entries).map(([title, onPress]) => (
        <Button key={title} title={title} onPress={onPress} />
      ))}
      <Text testID="result">{result}</Text>
    </View>
  );
}
