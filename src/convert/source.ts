import type { Findings } from '../findings.ts';
import type { Fields } from './draft/fields.ts';

/** What is converted: a file, a command line, or a command line and the file that it starts. */
export interface ConvertSource {
  /** As messages and the command of the job name it; of a command line `command line`. */
  readonly path: string;
  readonly text: string;
  /** The command line, in words. */
  readonly words?: readonly string[] | undefined;
}

/** One way to say what is run, in a file or on a command line. */
export interface Converter {
  recognises(source: ConvertSource): boolean;
  /** The fields of a jobimg.yml; what they do not say is reported. */
  convert(source: ConvertSource, findings: Findings): Fields;
}
