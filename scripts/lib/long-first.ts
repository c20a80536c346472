import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take long and do not look it: what they try stands in other files. Vitest starts with those that took longest
 * the last time, and in a fresh clone with the largest: these would come last, each beside an idle core.
 */
const longerThanTheyLook = ['e2e/methods/chromium.test.ts', 'e2e/drop-in/drop-in.test.ts', 'e2e/methods/node.test.ts'];

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => longerThanTheyLook.some((end) => moduleId.endsWith(`/${end}`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
