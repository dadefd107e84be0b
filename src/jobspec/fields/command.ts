import * as z from 'zod';
import { UserError } from '../../errors.ts';
import type { Command, Job, SecretNeed } from '../job/job.ts';
import type { ParamDeclaration } from '../job/param.ts';
import { eachOf, entryLines, firstLine, linesOf } from '../rows/lines.ts';
import { type Rows, schemaOf } from '../rows/row.ts';
import { flag, mapOf, STRING, scalar, text } from '../rows/scalar.ts';
import { printTemplate } from '../template/template.ts';
import * as names from '../values/names.ts';
import { secretLines, secretsOf } from './secrets.ts';
import { STRATEGY } from './strategy.ts';

const paramName = scalar(names.parseParamName, STRING);
const number = scalar(parseNumber, { type: 'number' });

/** A variable whose value the backend decides. */
const runVariable = scalar((name) => {
  if (!/^JOBIMG_/.test(names.parseVariable(name))) return name;
  throw new UserError(`the variable "${name}" is set by jobimg itself`, { hint: 'choose another name' });
}, STRING);

const PARAM = {
  type: {
    value: z.enum(['string', 'int', 'float', 'bool']),
    description: 'Type of the value',
    otherwise: 'that of the default',
    shown: ({ type }) => type,
  },
  default: {
    value: text,
    description: 'Value when the run is given none',
    type: 'value',
    shown: ({ default: value }) => value,
  },
  choices: {
    value: z.array(text).min(1),
    description: 'List of values that are allowed',
    type: 'list of values',
    otherwise: 'any value',
    shown: ({ choices }) => choices?.join(', '),
  },
  min: { value: number, description: 'Minimum value', type: 'number', shown: ({ min }) => min?.toString() },
  max: { value: number, description: 'Maximum value', type: 'number', shown: ({ max }) => max?.toString() },
  required: {
    value: flag,
    description: 'Whether each run must be given a value',
    otherwise: '`true` without a default',
    shown: ({ required }) => required?.toString(),
  },
  description: {
    value: text,
    description: 'Description for people',
    type: 'text',
    shown: ({ description }) => description,
  },
} satisfies Rows<ParamDeclaration>;
const ParamFields = schemaOf(PARAM);
export type ParamFields = z.infer<typeof ParamFields>;

const SECRET = {
  description: {
    value: text,
    description: 'Description for people',
    type: 'text',
    shown: ({ description }) => description,
  },
  required: {
    value: flag,
    description: 'Whether the run fails without it',
    default: 'true',
    shown: ({ required }) => (required ? undefined : 'false'),
  },
} satisfies Rows<SecretNeed>;
const SecretFields = schemaOf(SECRET);

/** What a job runs, and the values that it is given. */
export const COMMAND = {
  run: {
    value: z.union([text, z.array(text).min(1)]),
    description: 'Shell text, or list of commands',
    details: 'Commands of a list are stopped at the first failure',
    type: 'text, or list of texts',
    shown: ({ command }) => (command.kind === 'shell' ? commandText(command) : undefined),
  },
  command: {
    value: z.array(text).min(1),
    description: 'List of arguments, run without a shell',
    details: 'Instead of `run`',
    type: 'list of texts',
    shown: ({ command }) => (command.kind === 'arguments' ? commandText(command) : undefined),
  },
  shell: {
    value: z.enum(['bash', 'sh']),
    description: 'Shell that reads "run"',
    details: '`bash -eo pipefail -c`; where the image has no bash, `sh -e -c`, and the log says so',
    default: 'bash',
    shown: ({ command }) => (command.kind === 'shell' ? command.shell : undefined),
  },
  params: {
    value: mapOf(paramName, z.union([text, ParamFields])),
    keys: PARAM,
    description: 'Values that a run may be given',
    details: 'A value alone is the default',
    type: 'name → value, or name → `{…}`',
    shown: ({ params, declarations = new Map() }) => [
      ...[...params].map(([name, param]) => ({
        path: name,
        text: param.text,
        writtenAt: [`${name}.default`, name],
      })),
      ...eachOf(PARAM, declarations),
    ],
  },
  strategy: {
    value: schemaOf(STRATEGY),
    keys: STRATEGY,
    description: 'Several runs, one per combination of params',
    details: 'See [A matrix](#a-matrix)',
    type: '`{…}`',
    otherwise: 'one run',
    shown: ({ strategy }) => strategy && linesOf(STRATEGY, strategy),
  },
  env: {
    value: mapOf(runVariable, text.nullable()),
    description: 'Variables of the run; an empty one comes from the caller',
    details: 'Those that begin with `ACTIONS_`, `RUNNER_` or `INPUT_` never do',
    type: 'name → text or nothing',
    shown: ({ env }) =>
      entryLines([...env].map(([name, value]) => [name, value ? printTemplate(value) : 'of the caller'])),
  },
  secrets: {
    value: secretsOf(SecretFields.nullable().transform((fields) => fields ?? SecretFields.parse({}))),
    keys: SECRET,
    description: 'List of secrets by name; their values come from the environment of the step or shell',
    details: "`GITHUB_TOKEN` is there when the step's own `env:` says so",
    type: 'list of names, or name → `{…}`',
    shown: ({ secrets }) => secretLines(SECRET, secrets),
  },
} satisfies Rows<Job>;

function commandText(command: Command): string {
  if (command.kind === 'arguments') return command.words.map(printTemplate).join(' ');
  return firstLine(command.lines.map(printTemplate).join('\n'));
}

function parseNumber(written: string): number {
  const value = written.trim() === '' ? Number.NaN : Number(written);
  if (Number.isFinite(value)) return value;
  throw new UserError(`"${written}" is not a number`);
}
