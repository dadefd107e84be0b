import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import type { CommandSite } from '../../job/sites.ts';
import { scalar } from '../../rows/scalar.ts';
import { Path, Pattern, ReadingOf } from './readings.ts';
import { words } from './words.ts';

const ExitCode = scalar((text) => {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new UserError(`"${text}" is no exit code`, { code: 'defaults', hint: 'write a number' });
});

/** How the log of a run is shown. */
export const LogFields = z.strictObject({
  before: z.strictObject({ run: words('status'), read: z.record(z.string(), ReadingOf) }).optional(),
  run: words('logs'),
  cursor: z
    .union([z.enum(['whole', 'bytes', 'lines']), z.strictObject({ lines: Path, next: Path })])
    .optional(),
  strip: Pattern.optional(),
  'exit-codes': z.array(ExitCode).optional(),
});

export function logsOf(written: z.output<typeof LogFields> | undefined): CommandSite['logs'] {
  if (written === undefined) return undefined;
  const { before, cursor = 'whole', run, strip } = written;
  return {
    run,
    before: before && { run: before.run, read: new Map(Object.entries(before.read)) },
    cursor,
    strip,
    exitCodes: written['exit-codes'] ?? [0],
  };
}
