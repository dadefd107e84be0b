import { describe, expect, it } from '@jest/globals';
import { PRESET_TEXTS } from '../../../src/data/places/texts.ts';
import { PRESET_NAMES } from '../../../src/jobspec/job/preset-names.ts';
import { readPreset } from '../../../src/jobspec/layers/places/preset.ts';
import { sitesOf } from '../../../src/jobspec/parse.ts';

const PRESETS = new Map([...PRESET_TEXTS].map(([name, text]) => [name, readPreset(name, text)]));

function placesIn(text: string) {
  return sitesOf({ path: 'defaults.yml', text, format: 'jobimg' }, PRESETS).commands;
}

describe('the places that come along', () => {
  it('each have a description', () => {
    expect([...PRESET_TEXTS.keys()].sort()).toEqual([...PRESET_NAMES].sort());
  });

  it.each([...PRESETS])('%s says where it comes from, and what it was tried with', (_, preset) => {
    expect(preset.client.version).not.toBe('');
    expect(preset.sources.length).toBeGreaterThan(0);
  });

  it('are named by the operator, with the programs and values of the machine', () => {
    const text = `commands:
  ours: { preset: valohai, every: 30, env: [CODE], options: { project: p1 }, variables: { VALOHAI_HOST: https://v.example }, programs: { vh: /opt/bin/vh } }
`;

    const site = placesIn(text)?.get('ours');

    expect(site).toMatchObject({
      every: 30,
      env: ['VALOHAI_TOKEN', 'VALOHAI_HOST', 'CODE'],
      variables: new Map([['VALOHAI_HOST', 'https://v.example']]),
    });
    expect([site?.submit.run[0], site?.cancel[0], site?.options.get('project')]).toEqual([
      '/opt/bin/vh',
      '/opt/bin/vh',
      'p1',
    ]);
  });

  it.each([
    ['commands: { x: { preset: slurm } }', 'preset'],
    ['commands: { x: { preset: valohai, options: { color: red } } }', 'has no option "color"'],
    ['commands: { x: { preset: valohai, submit: { run: [id] } } }', 'unknown key "submit"'],
  ])('are nothing else: %s', (text, problem) => {
    expect(() => placesIn(text)).toThrow(problem);
  });
});
