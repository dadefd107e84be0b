import type * as z from 'zod';
import { readJson } from '../../json.ts';
import { RunRecord } from '../record.ts';

/** A record as it leaves the machine. */
const Pushed = RunRecord.omit({ folder: true, owner: true, handle: true });
export type PushedRecord = z.infer<typeof Pushed>;

/** undefined for a text of another release, or of anybody else. */
export function parseRecordText(text: string): PushedRecord | undefined {
  return readJson(Pushed, text);
}
