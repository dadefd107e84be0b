import { type Finding, UserError } from '../errors.ts';
import { distinct, Findings } from '../findings.ts';
import { holdsPassword } from '../jobspec/values/names.ts';
import { codalab } from './codalab/codalab.ts';
import { settle } from './draft/settle.ts';
import { metaflow } from './metaflow/metaflow.ts';
import { report } from './not-converted.ts';
import { polyaxonFile } from './ours/polyaxon.ts';
import { valohaiFile } from './ours/valohai.ts';
import { polyaxonLater } from './polyaxon/operation.ts';
import { PySource } from './python/source.ts';
import type { Converter, ConvertSource } from './source.ts';
import { zenmlPipeline } from './zenml/pipeline.ts';
import { zenmlFile } from './zenml/run-file.ts';

export interface Converted {
  /** Of a jobimg.yml. */
  readonly text: string;
  /** What it does not say, one line each. */
  readonly findings: readonly Finding[];
}

/** The first that recognises it is asked. */
const CONVERTERS: readonly Converter[] = [
  codalab,
  metaflow,
  zenmlPipeline,
  zenmlFile,
  polyaxonLater,
  polyaxonFile,
  valohaiFile,
];

/** The jobimg.yml for a file or command line of another system, which is read and never run. */
export function convert(source: ConvertSource): Converted {
  if (source.text.length > LONGEST) throw tooLong(source);
  const converter = CONVERTERS.find((one) => one.recognises(source));
  if (converter === undefined) throw unknown(source);
  const findings = new Findings();
  const fields = converter.convert(source, findings);
  if (source.path.endsWith('.py')) reportMistake(source, findings);
  const text = settle(fields, findings, source.path);
  reportPasswords(text, source, findings);
  return { text, findings: distinct(findings.all) };
}

/** More than any file that a person wrote. */
const LONGEST = 1_000_000;

function tooLong({ path }: ConvertSource): UserError {
  return new UserError(`"${path}" is longer than ${LONGEST} characters`, {
    code: 'not-converted',
    hint: 'name the file that describes the job',
    location: { file: path },
  });
}

function reportMistake({ path, text }: ConvertSource, findings: Findings): void {
  const at = new PySource(path, text).mistake;
  if (at !== undefined)
    report('this is no Python that can be read: what stands near may be missing', at, findings);
}

/** The text itself is not said: what is said may stand in a log. */
function reportPasswords(text: string, { path }: ConvertSource, findings: Findings): void {
  for (const [index, line] of text.split('\n').entries()) {
    if (!holdsPassword(line)) continue;
    const message = `line ${index + 1} of the jobimg.yml has an address with a password`;
    const advice =
      'write its text into a variable of the step, the name of that below "secrets", and "$NAME" here';
    report(`${message}: ${advice}`, { file: path }, findings);
  }
}

function unknown({ path }: ConvertSource): UserError {
  return new UserError(`"${path}" is nothing that can be converted`, {
    code: 'not-converted',
    hint: 'name a flow of Metaflow, a pipeline or run configuration of ZenML, a polyaxonfile, a valohai.yaml, or a line "cl run …"',
    location: { file: path },
  });
}
