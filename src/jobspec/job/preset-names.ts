/** Places whose description we bring along, each a file in `src/data/places/`. */
export const PRESET_NAMES = [
  ...['valohai', 'polyaxon', 'codalab', 'metaflow', 'zenml', 'aws-batch'],
  ...['skypilot', 'dstack', 'huggingface'],
] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export function isPresetName(name: string): name is PresetName {
  return PRESET_NAMES.some((known) => known === name);
}

/** What to write in a spec for one that is taken for a backend. */
export function presetHint(name: string): string {
  return `write "backend: { command: { place: ${name} } }", where the operator of the machine has it below "commands"`;
}
