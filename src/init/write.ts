import type { Entry } from './entry.ts';
import type { ImageFound } from './image.ts';
import { numericOptions, type ProgramOption } from './options.ts';
import { gpuPackage, outputFolder, secretNames } from './signs.ts';

interface Found {
  readonly entry: Entry | undefined;
  readonly image: ImageFound;
}

/** The spec, with what else a job may say as comments: who reads it needs no other page to begin. */
export function writeSpec({ entry, image }: Found): string {
  const text = entry?.text ?? '';
  return [
    '# A job of jobimg. "jobimg plan" shows what it gives, "jobimg run --registry none" runs it on this machine.',
    ...commandLines(entry),
    '',
    '# What the image is made from. It is built again only when this, or a file that it names, changes.',
    `image: { ${image.fields} }`,
    ...(image.fields.startsWith('dockerfile')
      ? []
      : [
          '# Packages of Debian: image: { apt: [libgomp1] }. Another base: image: { base: python:3.13-slim }.',
        ]),
    '',
    ...gpuLines(text, image),
    '# When the run is ended, and how much memory it has.',
    'timeout: 1h',
    '# memory: 8GB',
    '',
    ...outputLines(text),
    ...secretLines(text),
  ]
    .join('\n')
    .concat('\n');
}

function commandLines(entry: Entry | undefined): readonly string[] {
  if (entry === undefined)
    return [
      '',
      '# What is run: no program was found here, so write your own command.',
      'run: echo "nothing to run yet"',
    ];
  if (entry.start !== undefined) return ['', '# What is run.', startLine(entry.start)];
  const options = entry.path.endsWith('.py') ? numericOptions(entry.text) : [];
  const words = [entry.path.endsWith('.sh') ? 'bash' : 'python', entry.path, ...options.flatMap(optionWords)];
  if (options.length === 0) return ['', '# What is run.', `run: ${words.join(' ')}`];
  return [
    '',
    `# What is run. A value is replaced for one run with: jobimg run --param ${options[0]?.name}=${options[0]?.value}`,
    `run: ${words.join(' ')}`,
    `params: { ${options.map(({ name, value }) => `${name}: ${value}`).join(', ')} }`,
  ];
}

/** JSON is YAML, for everything that is not plain in both. */
function startLine(start: NonNullable<Entry['start']>): string {
  if ('command' in start) return `command: [${start.command.map((word) => JSON.stringify(word)).join(', ')}]`;
  return `run: ${/^\w[\w ./=-]*$/.test(start.run) ? start.run : JSON.stringify(start.run)}`;
}

function optionWords({ name }: ProgramOption): readonly string[] {
  return [`--${name}`, `{{ ${name} }}`];
}

function gpuLines(text: string, image: ImageFound): readonly string[] {
  const name = gpuPackage(`${image.text}\n${text}`);
  if (name === undefined) return [];
  return [`# It names ${name}. With a GPU in the machine, take away the "#":`, '# gpu: 1', ''];
}

function outputLines(text: string): readonly string[] {
  const folder = outputFolder(text);
  if (folder !== undefined) return ['# What is kept of a run.', `outputs: [${folder}/]`];
  return ['# What is kept of a run, by its path below the folder it starts in.', '# outputs: [outputs/]'];
}

function secretLines(text: string): readonly string[] {
  const names = secretNames(text);
  if (names.length === 0) return [];
  return [
    '',
    '# It reads these; their values come from the environment that starts the run.',
    `# secrets: [${names.join(', ')}]`,
  ];
}
