import { expect, it } from '@jest/globals';
import { renderLocked } from '../../../src/report/summary/lock-summary.ts';

it('tells how it ended, what moved, and what is wrong', () => {
  const findings = [{ level: 'error', code: 'x', message: 'six is not locked' }] as const;

  expect(renderLocked({ sentence: 'jobimg.lock is written', changes: ['six 1.16 → 1.17'], findings })).toBe(
    `## jobimg lock

jobimg\\.lock is written

\`\`\`text
six 1.16 → 1.17
\`\`\`

|  | where | what | what to do |
| --- | --- | --- | --- |
| error |  | six is not locked |  |
`,
  );
});

it('is two lines when nothing moved', () => {
  expect(renderLocked({ sentence: 'jobimg.lock is up to date', changes: [], findings: [] })).toBe(
    '## jobimg lock\n\njobimg\\.lock is up to date\n',
  );
});
