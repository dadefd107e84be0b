import * as z from 'zod';
import type { CommandSite } from '../../job/sites.ts';
import { PlaceName, SiteFields, siteOf } from './command-site.ts';
import { type Preset, PresetUse, siteOfPreset } from './preset.ts';

const Fields = z.discriminatedUnion('preset', [
  PresetUse,
  SiteFields.extend({ preset: z.undefined().optional() }),
]);

/** The places that have a command line, by the names that specs call them. */
export const Commands = z.record(PlaceName, Fields);
export const COMMAND_KEYS: readonly string[] = [...Object.keys(SiteFields.shape), 'preset'];

export function commandSites(
  written: z.output<typeof Commands>,
  presets: ReadonlyMap<string, Preset>,
): ReadonlyMap<string, CommandSite> {
  return new Map(
    Object.entries(written).map(([name, fields]) => [
      name,
      fields.preset === undefined ? siteOf(name, fields) : siteOfPreset(name, fields, presets),
    ]),
  );
}
