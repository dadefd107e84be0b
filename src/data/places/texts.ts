import { text as valohai } from './valohai.yml';

/** Descriptions of places that we bring along, by their names: what `src/jobspec/layers/places/preset.ts` reads. */
export const PRESET_TEXTS = new Map<string, string>([['valohai', valohai]]);
