import { convert } from '../convert/convert.ts';
import { type Finding, UserError } from '../errors.ts';
import type { Tree } from '../jobspec/file/tree.ts';
import { FORMATS } from '../jobspec/formats/table.ts';
import type { Entry } from './entry.ts';
import { findEntry } from './find-entry.ts';
import { findImage } from './image.ts';
import { writeSpec } from './write.ts';

export const SPEC_FILE = 'jobimg.yml';

export interface Proposal {
  /** Of a jobimg.yml. */
  readonly text: string;
  /** What was chosen and why, one line each. */
  readonly reasons: readonly string[];
  /** What a file of another system says and the spec does not. */
  readonly findings: readonly Finding[];
}

/** A first spec for a repository, from what stands in it; nothing of it is run. */
export function proposeSpec(tree: Tree): Proposal {
  refuseSecond(tree);
  const entry = findEntry(tree);
  if (entry !== undefined && isOfOthers(entry)) return converted(entry);
  const image = findImage(entry, tree);
  const script = entry === undefined ? 'no program was found' : `${entry.path} (${entry.why})`;
  return {
    text: writeSpec({ entry, image }),
    reasons: [`program: ${script}`, `image: ${image.choice} (${image.why})`],
    findings: [],
  };
}

/** Two specs in one place would each hide the other; files of two systems are read as they are. */
function refuseSecond(tree: Tree): void {
  const names = FORMATS.flatMap(({ fileNames }) => fileNames);
  const there = names.find((name) => tree.has(name));
  if (there === undefined) return;
  const isOurs = there.includes('jobimg');
  throw new UserError(`"${there}" is a job spec already, and nothing is written`, {
    code: 'in-the-way',
    hint: isOurs
      ? 'look at what it gives with: jobimg plan'
      : `it is read as it is: jobimg run; to go on with a jobimg.yml instead: jobimg convert --output ${SPEC_FILE} ${there}, and remove it`,
  });
}

function isOfOthers({ path, text }: Entry): boolean {
  if (!path.endsWith('.py')) return false;
  return /\bFlowSpec\b/.test(text) || /^\s*(?:from|import)\s+zenml\b/m.test(text);
}

function converted({ path, text }: Entry): Proposal {
  const { text: spec, findings } = convert({ path, text });
  return {
    text: `# Made from ${path}, as "jobimg convert ${path}" does.\n${spec}`,
    reasons: [`program: ${path}, of another system`],
    findings,
  };
}
