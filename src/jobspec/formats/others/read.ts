import { UserError } from '../../../errors.ts';
import type { SpecFile } from '../../file/spec-file.ts';
import { convertHint } from '../../format/convert-hint.ts';
import { type Known, knownOf, LONGEST_FILE } from './known.ts';

const LONGEST_VALUE = 120;

export function refuseOther(file: SpecFile): never {
  const known = knownOf(file.text, file.path);
  throw known === undefined ? nothing(file) : answered(known, file);
}

function answered(known: Known, { path, text }: SpecFile): UserError {
  return new UserError(`"${path}" is ${known.what}, not a job spec`, {
    code: 'other-file',
    hint: hintOf(known, path, text),
    location: { file: path, line: 1, column: 1 },
  });
}

function hintOf({ answer, also }: Known, path: string, text: string): string {
  const spec =
    answer === undefined
      ? convertHint(path)
      : `write a jobimg.yml: ${flow(answer(path, text.slice(0, LONGEST_FILE)))}`;
  return also === undefined ? spec : `${spec}; ${also}`;
}

function nothing({ path }: SpecFile): UserError {
  return new UserError(`"${path}" is not a job spec`, {
    code: 'other-file',
    hint: 'write a jobimg.yml: { run: python train.py }',
    location: { file: path, line: 1, column: 1 },
  });
}

/** YAML in one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'string') return word(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{ ${fields.map(([name, field]) => `${name}: ${flow(field)}`).join(', ')} }`;
}

function word(text: string): string {
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  return /^[A-Za-z/][\w./-]*(?: [\w./-]+)*$/.test(short) ? short : JSON.stringify(short);
}
