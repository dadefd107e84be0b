import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { FORMATS } from '../../src/jobspec/formats/table.ts';
import { parseSpec, selectJobs } from '../../src/jobspec/parse.ts';
import { HOSTILE_FILES } from '../bench/hostile-files.mjs';

/** Whole texts, which one format or another may take as they are. */
const HARMLESS = [
  'a quoted text of escapes',
  'quotes that never end',
  'a block of indentation',
  'braces of Valohai that never end',
];

describe.each(FORMATS.map(({ name }) => name))('as a file of %s', (format) => {
  it.each(HOSTILE_FILES)('%s is refused', (name, text) => {
    const read = () => selectJobs(parseSpec({ path: 'spec.yml', text, format }), { job: 'all', toRun: true });

    if (HARMLESS.includes(name)) {
      expect(() => attempt(read)).not.toThrow();
      return;
    }
    expect(read).toThrow(UserError);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});

function attempt(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}
