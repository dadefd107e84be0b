import { UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { OwnDockerfile } from '../../jobspec/job/job.ts';
import { refuseComments } from '../dockerfile/comments.ts';
import { namedSources } from '../dockerfile/context/named.ts';
import { contextReads } from '../dockerfile/context/sources.ts';
import { withoutDirectives } from '../dockerfile/directives.ts';
import { globalArguments } from '../dockerfile/globals.ts';
import { stageScopes } from '../dockerfile/image-scopes.ts';
import { findImages } from '../dockerfile/images.ts';
import { checkInstructions } from '../dockerfile/instructions.ts';
import { refuseHeredocs } from '../dockerfile/old-frontend.ts';
import { type Instruction, readDockerfile } from '../dockerfile/read.ts';
import { type Scoped, scopedInstructions } from '../dockerfile/stage-scopes.ts';
import {
  chainOf,
  findStage,
  neededBy,
  type Stage,
  splitStages,
  writtenPlatform,
} from '../dockerfile/stages.ts';
import { type Workdir, workdirOf } from '../dockerfile/workdir.ts';
import { contextFiles } from '../ignore/code.ts';
import type { Notes } from '../notes.ts';
import { platformOf } from '../platform.ts';
import type { BaseUse, ContextSource, OwnRecipe } from '../recipe.ts';
import { warnMoving } from './base.ts';
import type { EnvironmentOptions } from './environment-choice.ts';

/** The name that a stage without one gets, so that steps of ours can stand on top of it. */
const STAGE = 'jobimg-own';

export interface OwnChoice {
  readonly own: OwnRecipe;
  readonly bases: readonly BaseUse[];
  /** The file's last USER, to return to after steps of ours; throws when only the build knows it. */
  readonly user: () => string | undefined;
  /** Where the image that it gives starts, when that is known and said; throws when only the build knows it. */
  readonly workdir: () => Workdir;
  /** Whether its SHELL still holds for what comes after it. */
  readonly ownShell?: true | undefined;
  /** It copies its whole context, so that the code is in the image already. */
  readonly copiesContext: boolean;
}

export function chooseOwnDockerfile(
  dockerfile: OwnDockerfile,
  options: EnvironmentOptions,
  notes: Notes,
): OwnChoice | undefined {
  const { path } = dockerfile;
  const origin = options.job.origins.get('image.dockerfile');
  notes.reasons.push({ subject: 'environment', choice: path, why: 'the spec names a Dockerfile', origin });
  return notes.findings.attempt(origin, () => readOwn(dockerfile, options, notes.findings));
}

function readOwn(
  { path, target, context, args }: OwnDockerfile,
  options: EnvironmentOptions,
  findings: Findings,
): OwnChoice {
  const { job, image, tree } = options;
  const written = tree.text(path);
  if (written === undefined) {
    const hint =
      'check the path, which is relative to the root of the repository, and that the file is committed';
    throw new UserError(`the Dockerfile "${path}" does not exist`, { code: 'file-not-found', hint });
  }
  const { text: blanked, frontend } = withoutDirectives(written, path, findings);
  const instructions = readDockerfile(blanked, path);
  refuseComments(instructions, path);
  const { origins } = job;
  checkInstructions(instructions, { file: path, args, origins }, findings);
  const text = withStageName(blanked.endsWith('\n') ? blanked : `${blanked}\n`, path, target);
  const parts = splitStages(readDockerfile(text, path), path);
  const platform = platformOf(image);
  const given = globalArguments(parts.globals, { args, platform });
  const named = findImages(parts.stages, { file: path, given, platform, findings });
  for (const { base } of named) warnMoving(base.reference, base.origin, findings, base.stages);
  const images = frontend === undefined ? named : [frontend, ...named];
  if (frontend !== undefined) refuseHeredocs(frontend.base, readDockerfile(text, path), findings);

  const scopes = stageScopes(parts.stages, { images, given }, options.inheritedFrom);
  const { stages } = scopes;
  const stage = targetStage(stages, target, path);
  const chain = chainOf(stage, stages);
  const needed = neededBy(stage, stages);
  const copies = needed.flatMap(({ instructions }) => instructions.filter(isWholeContext));
  warnCopies(copies, path, findings);
  for (const { instructions } of chain) reportShellFiles(instructions, path, findings);
  const all = contextFiles(job, path, context, tree, findings);
  const scoped = needed.flatMap((one) => scopedInstructions(one, scopes));
  const sources = readSources(scoped, path, findings);
  return {
    own: {
      path,
      text,
      target: stage.name ?? STAGE,
      args,
      context: { ...all, sources },
      named: namedSources(scoped, path),
      images,
      frontend: frontend?.base,
      begun: begunWith(needed, images).map(({ base }) => base),
      runs: runsOwnPrograms(stage, stages),
      asks: begunWith(chain, images).at(-1)?.base,
    },
    bases: images.map(({ base }) => base),
    user: () => lastUser(chain, path),
    workdir: () =>
      workdirOf(scopes.workdirOfImage(chain.at(-1) ?? stage), scopedInstructions(stage, scopes), path),
    ownShell: lastOf(chain, 'SHELL') === undefined ? undefined : true,
    copiesContext: copies.length > 0,
  };
}

/** A name for the stage that is built when it has none; no line is added. */
function withStageName(text: string, path: string, target: string | undefined): string {
  const { stages } = splitStages(readDockerfile(text, path), path);
  const stage = targetStage(stages, target, path);
  if (stage.name !== undefined) return text;
  return `${text.slice(0, stage.base.end)} AS ${STAGE}${text.slice(stage.base.end)}`;
}

function targetStage(stages: readonly Stage[], target: string | undefined, file: string): Stage {
  const stage = target === undefined ? stages.at(-1) : findStage(stages, target);
  if (stage !== undefined) return stage;
  const names = stages.flatMap(({ name }) => name ?? []);
  throw new UserError(`the Dockerfile "${file}" has no stage "${target}"`, {
    code: 'unknown-stage',
    hint: names.length === 0 ? 'none of its stages has a name' : `its stages: ${names.join(', ')}`,
  });
}

/** Images that these stages begin with: the build unpacks them, whatever else it copies. */
function begunWith(stages: readonly Stage[], images: OwnRecipe['images']): OwnRecipe['images'] {
  return images.filter(({ start, end }) => stages.some(({ base }) => base.start <= start && end <= base.end));
}

/** undefined: everything. */
function readSources(
  scoped: readonly Scoped[],
  file: string,
  findings: Findings,
): readonly ContextSource[] | undefined {
  const { sources, unknown } = contextReads(scoped);
  if (unknown === undefined)
    return sources.some(({ path, exclude }) => path === '' && !exclude) ? undefined : sources;
  const message = `only the build knows which files "${unknown.keyword} ${unknown.rest}" reads, so an edit of any file of its context rebuilds it`;
  findings.warning('context-unknown', message, {
    hint: 'write the paths without variables, or give these a value: ARG NAME=value, or image: { args: { NAME: value } }',
    at: { file, line: unknown.line },
  });
  return undefined;
}

/** A stage of the builder's own platform needs nothing that the builder could lack. */
function runsOwnPrograms(stage: Stage, stages: readonly Stage[]): boolean {
  const needed = neededBy(stage, stages).filter((one) => !isForBuilder(one, stages));
  return needed.some(({ instructions }) => instructions.some(({ keyword }) => keyword === 'RUN'));
}

function isForBuilder(stage: Stage, stages: readonly Stage[]): boolean {
  const origin = chainOf(stage, stages).at(-1);
  return origin !== undefined && writtenPlatform(origin) === 'BUILDPLATFORM';
}

function lastUser(chain: readonly Stage[], file: string): string | undefined {
  const found = lastOf(chain, 'USER');
  if (found === undefined) return undefined;
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/.test(found.rest)) return found.rest;
  throw new UserError(`"USER ${found.rest}" is only known while the image is built`, {
    code: 'dockerfile-user',
    hint: 'write a name or number in the Dockerfile, or say it in the spec: image: { user: 1000 }',
    location: { file, line: found.line },
  });
}

function lastOf(chain: readonly Stage[], keyword: string): Instruction | undefined {
  for (const { instructions } of chain) {
    const found = instructions.findLast((instruction) => instruction.keyword === keyword);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isWholeContext({ keyword, flags, words, rest }: Instruction): boolean {
  if (keyword !== 'COPY' && keyword !== 'ADD') return false;
  if (flags.some(({ text }) => text.startsWith('--from='))) return false;
  const listed = rest.startsWith('[') ? rest.slice(1, -1).split(',') : words.map(({ text }) => text);
  const sources = listed.slice(0, -1).map((source) => source.trim().replace(/^["']|["']$/g, ''));
  return sources.some((source) => /^\.?\/?\*{0,2}\/?$/.test(source));
}

/** Some systems start a shell that reads it; a job's shell here reads no file of its user. */
function reportShellFiles(instructions: readonly Instruction[], file: string, findings: Findings): void {
  const found = instructions.find(
    ({ keyword, rest }) => keyword === 'RUN' && /\.(?:bashrc|bash_profile|profile)\b/.test(rest),
  );
  if (found === undefined) return;
  findings.notice('shell-file', 'a .bashrc or .profile is written, which the shell of a job does not read', {
    hint: 'write ENV NAME=value in the Dockerfile, or read it where it is needed: run: ". ~/.bashrc; …"',
    at: { file, line: found.line },
  });
}

function warnCopies(copies: readonly Instruction[], file: string, findings: Findings): void {
  const [first] = copies;
  if (first === undefined) return;
  findings.warning('copies-context', 'the Dockerfile copies the whole repository, so each edit rebuilds it', {
    hint: 'copy only what the build needs, such as requirements.txt: the code is put on top without a build',
    at: { file, line: first.line },
  });
}
