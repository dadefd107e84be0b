import type { Finding } from '../../src/errors.ts';

/** Words of machines in a text for people. */
const NO_MESSAGE = /^[A-Z]|\.$|Invalid input|\[object|undefined$/;

/** Findings that a user could not use: without a place in the file, or in words that are none of ours. */
export function illTold(findings: readonly Finding[], text: string, files: RegExp): readonly Finding[] {
  const lines = text.split('\n').length;
  return findings.filter(({ location, message }) => {
    const { file = '', line = 1, column = 1 } = location ?? {};
    const isInFile = files.test(file) && line >= 1 && line <= lines + 1 && column >= 1;
    return !isInFile || NO_MESSAGE.test(message);
  });
}
