import type { Findings } from '../../findings.ts';
import type { Job } from '../job/job.ts';
import type { Template } from '../job/placeholder.ts';
import type { Matrix } from '../params/matrix.ts';
import { at, locationOf, type MapNode, type TextNode } from '../yaml/node.ts';

/** The variable in which a program finds all params by itself. */
const PARAMS = 'JOBIMG_PARAMS';

type Texts = Pick<Job, 'command' | 'env' | 'outputs'>;

/** A name whose values make no difference: every run of it would be the same. */
export function warnOfUnused(
  matrix: Matrix<TextNode>,
  texts: Texts,
  root: MapNode,
  findings: Findings,
): void {
  const parts = templatesOf(texts).flat();
  if (parts.some((part) => typeof part === 'string' && part.includes(PARAMS))) return;
  const used = new Set(parts.map((part) => (typeof part === 'string' ? '' : part.name)));
  const names = [...matrix.vectors.keys(), ...matrix.include.flatMap((entry) => [...entry.keys()])];
  for (const name of new Set(names.filter((one) => !used.has(one)))) {
    findings.warning('matrix', `strategy.matrix: nothing in the job uses "${name}"`, {
      hint: `write {{ ${name} }} where its value belongs; a program that reads it from ${PARAMS} is known by that word in "run" or "env"`,
      at: placeOfName(name, matrix, root),
    });
  }
}

function templatesOf({ command, env, outputs }: Texts): readonly Template[] {
  const commands = command.kind === 'shell' ? command.lines : command.words;
  const variables = [...env.values()].flatMap((value) => (value === undefined ? [] : [value]));
  return [...commands, ...variables, ...outputs.paths];
}

function placeOfName(name: string, matrix: Matrix<TextNode>, root: MapNode) {
  if (at(root, ['strategy', 'matrix', name]) !== undefined)
    return locationOf(root, ['strategy', 'matrix', name]);
  return matrix.include.flatMap((entry) => entry.get(name) ?? [])[0]?.location;
}
