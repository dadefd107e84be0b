import { UserError } from '../../errors.ts';
import { flagsOf, mountsOf } from './flags.ts';
import type { Instruction, Word } from './read.ts';

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
    throw new UserError(`"${wrong.keyword}" comes before the first FROM, where only ARG may`, {
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

/** The stages that are built for this one: those it was made from, and those that they copy or mount from. */
export function neededBy(stage: Stage, stages: readonly Stage[]): readonly Stage[] {
  const needed = new Set<Stage>();
  const waiting = [stage];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (needed.has(next)) continue;
    needed.add(next);
    const earlier = stages.slice(0, next.index);
    const sources = [next.base.text, ...next.instructions.flatMap(copiedFrom)];
    waiting.push(...sources.flatMap((name) => findStage(earlier, name) ?? []));
  }
  return [...needed];
}

function copiedFrom(instruction: Instruction): readonly string[] {
  if (instruction.keyword === 'ONBUILD') return [];
  const mounts = mountsOf(instruction).flatMap((mount) => mount?.from ?? []);
  return [...(flagsOf(instruction).get('from') ?? []), ...mounts].filter((name) => name !== '');
}

/** The same stages, with the names that they begin with as these words give them. */
export function withBaseNames(
  stages: readonly Stage[],
  nameOf: (word: string) => string | undefined,
): readonly Stage[] {
  return stages.map((stage) => {
    const text = nameOf(stage.base.text);
    return text === undefined ? stage : { ...stage, base: { ...stage.base, text } };
  });
}

/** What `FROM --platform=` says: a value, or the name of its variable alone. */
export function writtenPlatform({ from }: Stage): string | undefined {
  const flag = from.flags.find(({ text }) => text.startsWith('--platform='));
  const text = flag?.text.slice('--platform='.length).replace(/^(["'])(.*)\1$/, '$2');
  return text === undefined ? undefined : (/^\$\{?(BUILDPLATFORM)\}?$/.exec(text)?.[1] ?? text);
}
