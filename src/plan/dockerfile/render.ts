import { sha256 } from '../../oci/digest.ts';
import type { Step } from '../../recipe/step.ts';
import { checkDockerfile } from './check.ts';
import { DEFAULT_SHELL, type Instruction, VARIABLE } from './instruction.ts';
import { printMount } from './mount.ts';
import { type StepAccess, stepMounts, stepText } from './step-text.ts';

const HEADER = '# Made by jobimg from the job spec: edit that, not this.\n\n';

const PLAIN_PATH = /^\/[A-Za-z0-9._@+/-]*$/;

/** `FROM` has no PATH when the base has none; then this is what a container has. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The text of a Dockerfile that a person can read, read back and compared before anyone builds it.
 * `before` is a user's own Dockerfile that the instructions continue.
 */
export function renderDockerfile(instructions: readonly Instruction[], before?: string): string {
  const text = `${before === undefined ? HEADER : `${before}\n`}${instructions.map(print).join('')}`;
  checkDockerfile(text, instructions, before !== undefined);
  return text;
}

interface RunOptions extends StepAccess {
  /** The folder of the context that holds the files of the steps. */
  readonly source: string;
}

export function runInstruction(step: Step, { secrets, access, source }: RunOptions): Instruction {
  const seen = { secrets: secrets.filter(({ name }) => step.secrets.includes(name)), access };
  return {
    kind: 'run',
    title: step.title,
    mounts: stepMounts(step, seen, source),
    text: stepText(step, seen),
  };
}

/** A blank line stands around each step. */
function print(instruction: Instruction, index: number, all: readonly Instruction[]): string {
  const isApart = instruction.kind === 'run' || all[index - 1]?.kind === 'run';
  return `${isApart ? '\n' : ''}${printed(instruction)}\n`;
}

function printed(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'from':
      return `FROM ${instruction.image}${instruction.as === undefined ? '' : ` AS ${instruction.as}`}`;
    case 'epoch':
      return 'ARG SOURCE_DATE_EPOCH';
    case 'user':
      return `USER ${instruction.user}`;
    case 'default-shell':
      return `SHELL ${JSON.stringify(DEFAULT_SHELL)}`;
    case 'env':
      return `ENV ${instruction.name}=${quoted(instruction.value)}`;
    case 'expanded-env':
      return `ENV ${instruction.name}=${expanded(instruction.value)}`;
    case 'path':
      return `ENV PATH="${instruction.folders.join(':')}:\${PATH:-${DEFAULT_PATH}}"`;
    case 'workdir':
      return `WORKDIR ${PLAIN_PATH.test(instruction.path) ? instruction.path : quoted(instruction.path)}`;
    case 'copy':
      return `COPY --link --chmod=a+rwX ${JSON.stringify([instruction.from, instruction.to])}`;
    case 'copy-stage':
      return `COPY --from=${instruction.stage} ${JSON.stringify([instruction.folder, instruction.folder])}`;
    case 'run':
      return printRun(instruction);
    case 'label':
      return `LABEL ${quoted(instruction.name)}=${quoted(instruction.value)}`;
  }
}

/** The quotes around the name keep everything in it from being expanded. */
function printRun({ title, mounts, text }: Extract<Instruction, { kind: 'run' }>): string {
  const name = heredocName(text);
  if (text.split('\n').some((line) => line.replace(/\r+$/, '') === name))
    throw new Error(`a step holds the name ${name}`);
  const flags = mounts.map((mount) => `${printMount(mount)} `).join('');
  return `# ${oneLine(title)}\nRUN ${flags}<<'${name}'\n${text}\n${name}`;
}

/** A delimiter that no line of the text is, by which the output of a build names the step. */
export function heredocName(text: string): string {
  return `JOBIMG_${sha256(text).slice('sha256:'.length, 'sha256:'.length + 16)}`;
}

/** https://docs.docker.com/reference/dockerfile/#environment-replacement: what is special between double quotes. */
function quoted(value: string): string {
  return `"${oneLine(value).replace(/[\\"$]/g, String.raw`\$&`)}"`;
}

/** The same, with the variables of the base left as they are. */
function expanded(value: string): string {
  const rest = value.split(VARIABLE).map((text) => quoted(text).slice(1, -1));
  const names = value.match(VARIABLE) ?? [];
  return `"${rest.map((text, index) => text + (names[index] ?? '')).join('')}"`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const NOT_ONE_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Checked where the spec is read, with its place; here it would be a bug. */
function oneLine(value: string): string {
  if (NOT_ONE_LINE.test(value)) throw new Error('a value with a line break reached the Dockerfile');
  return value;
}

export { HOST_SECRETS } from './mount.ts';
