import { UserError } from '../errors.ts';
import type { Instruction, Word } from './read-dockerfile.ts';

/** One stage of a Dockerfile. */
export interface Stage {
  readonly index: number;
  readonly name?: string | undefined;
  readonly from: Instruction;
  /** The word that names the image or stage it begins with. */
  readonly base: Word;
  /** What follows the FROM. */
  readonly instructions: readonly Instruction[];
}

export interface Stages {
  /** ARG instructions before the first FROM. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
}

export function splitStages(instructions: readonly Instruction[], file: string): Stages {
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  if (first < 0) throw new UserError(`"${file}" has no FROM`, { code: 'dockerfile', location: { file } });
  const globals = instructions.slice(0, first);
  const wrong = globals.find(({ keyword }) => keyword !== 'ARG');
  if (wrong !== undefined) {
    throw new UserError(`"${wrong.keyword}" stands before the first FROM, where only ARG may`, {
      code: 'dockerfile',
      location: { file, line: wrong.line },
    });
  }

  const starts = instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  const stages = starts.map((start, index) => {
    const body = instructions.slice(start, starts[index + 1]);
    return readStage(body, index, file);
  });
  return { globals, stages };
}

function readStage([from, ...instructions]: readonly Instruction[], index: number, file: string): Stage {
  if (from === undefined) throw new Error('a stage begins with FROM');
  const [base, as, name, ...more] = from.words;
  const named = as?.text.toUpperCase() === 'AS' && name !== undefined && more.length === 0;
  if (base !== undefined && (as === undefined || named)) {
    return { index, name: named ? name.text : undefined, from, base, instructions };
  }
  throw new UserError(`"FROM ${from.rest}" is not "FROM image" or "FROM image AS name"`, {
    code: 'dockerfile',
    location: { file, line: from.line },
  });
}

/** A stage by name, whatever its case, or by number. */
export function findStage(stages: readonly Stage[], name: string): Stage | undefined {
  const lower = name.toLowerCase();
  return (
    stages.findLast((stage) => stage.name?.toLowerCase() === lower) ??
    stages.find(({ index }) => String(index) === name)
  );
}

/** The stages that a stage was made from, itself first; the last begins with an image. */
export function chainOf(stage: Stage, stages: readonly Stage[]): readonly Stage[] {
  const earlier = stages.slice(0, stage.index);
  const lower = stage.base.text.toLowerCase();
  const parent = earlier.findLast(({ name }) => name?.toLowerCase() === lower);
  return parent === undefined ? [stage] : [stage, ...chainOf(parent, earlier)];
}
