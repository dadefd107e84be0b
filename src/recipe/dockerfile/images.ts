import type { Findings } from '../../findings.ts';
import { LINUX_AMD64, normalPlatform, printPlatform } from '../../oci/platform.ts';
import { parseReference } from '../../oci/reference.ts';
import type { Platform } from '../../oci/types.ts';
import type { BaseUse, OwnRecipe } from '../recipe.ts';
import { expandInFrom } from './globals.ts';
import type { Instruction, Word } from './read.ts';
import type { Arguments } from './scope.ts';
import { type Stage, writtenPlatform } from './stages.ts';

type ImageUse = OwnRecipe['images'][number];

interface FindImagesContext {
  readonly file: string;
  readonly given: Arguments;
  readonly platform: Platform;
  readonly findings: Findings;
}

/** All of `FROM`, `COPY --from=` and `RUN --mount=from=`, in the order of the text; what cannot be resolved is reported. */
export function findImages(stages: readonly Stage[], context: FindImagesContext): readonly ImageUse[] {
  const uses = stages.flatMap((stage) => {
    const earlier = stages.slice(0, stage.index);
    const { line } = stage.from;
    const name = expand(stage.base, line, context);
    const platform = platformOf(stage, context);
    const base = useOf({ word: stage.base, name, line, platform }, earlier, context);
    const others = stage.instructions.flatMap((instruction) => usesOf(instruction, earlier, context));
    return [base, ...others];
  });
  return uses.filter((use) => use !== undefined);
}

function usesOf(
  instruction: Instruction,
  earlier: readonly Stage[],
  context: FindImagesContext,
): readonly (ImageUse | undefined)[] {
  const { keyword, line, flags } = instruction;
  if (keyword === 'ONBUILD' && /(?:--|,)from=/.test(instruction.rest)) {
    const message = 'an image in ONBUILD cannot be pinned to its digest';
    context.findings.error('dockerfile-image', message, { at: { file: context.file, line } });
  }
  const pattern = fromPattern(keyword);
  if (pattern === undefined) return [];
  return flags.flatMap((flag) => {
    const match = pattern.exec(flag.text);
    const name = match?.[1];
    if (match === null || name === undefined) return [];
    const start = flag.start + match.index + match[0].length - name.length;
    const word = { text: name, start, end: start + name.length };
    const { platform } = context;
    return [useOf({ word, name: plainName(word, line, context), line, platform }, earlier, context)];
  });
}

function fromPattern(keyword: string): RegExp | undefined {
  if (keyword === 'COPY' || keyword === 'ADD') return /^--from=(\S+)$/;
  return keyword === 'RUN' ? /^--mount=(?:\S*,)?from=([^,\s]+)/ : undefined;
}

/** BuildKit expands nothing here. */
function plainName({ text }: Word, line: number, { file, findings }: FindImagesContext): string | undefined {
  if (!text.includes('$')) return text.replace(/^(["'])(.*)\1$/, '$2');
  findings.error(
    'dockerfile-image',
    `the image "${text}" contains a variable where Docker does not expand variables`,
    {
      hint: 'begin a stage with it, FROM image AS name, and copy from that',
      at: { file, line },
    },
  );
  return undefined;
}

/**
 * `$BUILDPLATFORM` is known to the builder alone: an index goes with any. An image for the usual platform has always
 * been made with the base of that platform.
 */
function platformOf(stage: Stage, { platform, given }: FindImagesContext): BaseUse['platform'] {
  const written = writtenPlatform(stage);
  if (written === undefined) return platform;
  if (written === 'BUILDPLATFORM') return printPlatform(platform) === USUAL ? platform : 'index';
  return readPlatform(expandInFrom(written, given)) ?? platform;
}

const USUAL = printPlatform(LINUX_AMD64);

/** undefined: what it means is for BuildKit to say. */
function readPlatform(text: string | undefined): Platform | undefined {
  const [, os, architecture, variant] = /^([a-z]+)\/([a-z0-9_]+)(?:\/(v\d+))?$/.exec(text ?? '') ?? [];
  if (os === undefined || architecture === undefined) return undefined;
  return normalPlatform({ os, architecture, variant });
}

interface UseOptions {
  readonly word: Word;
  readonly name: string | undefined;
  readonly line: number;
  readonly platform: BaseUse['platform'];
}

function useOf(
  { word: { start, end, text }, name, line, platform }: UseOptions,
  earlier: readonly Stage[],
  { file, findings }: FindImagesContext,
): ImageUse | undefined {
  if (name === undefined || name === 'scratch' || isStage(name, earlier)) return undefined;
  const location = { file, line };
  if (end - start !== text.length) {
    const message = `the name of the image "${name}" is split over several lines`;
    findings.error('dockerfile-image', message, { at: location });
    return undefined;
  }
  const reference = findings.attempt(location, () => parseReference(name));
  if (reference === undefined) return undefined;
  const stages = PLAIN_NAME.test(name) ? earlier.flatMap((stage) => stage.name ?? []) : [];
  const base = { reference, platform, origin: location };
  return { start, end, base: stages.length === 0 ? base : { ...base, stages } };
}

/** What could be meant as the name of a stage. */
const PLAIN_NAME = /^[A-Za-z][\w.-]*$/;

function isStage(name: string, earlier: readonly Stage[]): boolean {
  const lower = name.toLowerCase();
  return earlier.some((stage) => stage.name?.toLowerCase() === lower || String(stage.index) === name);
}

function expand(word: Word, line: number, context: FindImagesContext): string | undefined {
  const name = expandInFrom(word.text, context.given);
  if (name === undefined || name === '') unresolved(word.text, line, context);
  return name === '' ? undefined : name;
}

function unresolved(text: string, line: number, { file, findings }: FindImagesContext): void {
  findings.error('dockerfile-image', `"${text}" cannot be determined before the build`, {
    hint: 'give its variable a value: ARG NAME=value before the first FROM, or image: { args: { NAME: value } }',
    at: { file, line },
  });
}
