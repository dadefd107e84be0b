import type { Finding } from '../errors.ts';
import { type Cleaner, createCleaner } from '../log/log.ts';
import type { Masker } from '../log/mask/masker.ts';
import { printTook } from '../report/duration.ts';
import { type Annotation, annotationsOf, isRemark, printFinding } from '../report/findings.ts';
import { type Folders, placed } from '../report/places.ts';
import { hintAt } from '../report/text/place-words.ts';
import { safeLine, safeLines } from '../report/text/safe-lines.ts';
import type { Handle } from '../run/types/handle.ts';
import type { Host } from '../tools/host.ts';
import { LIVE_RUNS } from './post-state.ts';

/** What is used of `@actions/core`: the only writer of workflow commands. */
export interface Core {
  startGroup(name: string): void;
  endGroup(): void;
  info(message: string): void;
  error(message: string, properties?: object): void;
  warning(message: string, properties?: object): void;
  notice(message: string, properties?: object): void;
  setSecret(secret: string): void;
  saveState(name: string, value: unknown): void;
  getState(name: string): string;
}

export interface GithubHost extends Host {
  /** What was found so far, in order, each with its place in the repository. */
  readonly findings: readonly Finding[];
  /** A text that is kept or handed on, without secrets. */
  hide(text: string): string;
  /** What the log has told in its own way: it becomes an annotation, and no line. */
  annotation(finding: Finding): void;
  /** Writes the annotations; called once, at the end, when it is known what to merge and what to leave out. */
  annotate(): void;
}

interface GithubOptions {
  readonly core: Core;
  readonly cancelled: AbortSignal;
  readonly leaving: AbortSignal;
  readonly now: () => number;
  readonly masker: Masker;
  /** Asked for each finding: they are not known before the inputs are read. */
  readonly folders: () => Folders;
}

/** Nobody sees a line of its log go: more would only fill it. */
const BAR_EVERY = 10_000;

/** The GitHub runner: a group per phase with a result line outside it, annotations, and state for the post step. */
export function createGithubHost(options: GithubOptions): GithubHost {
  const { core, cancelled, leaving, now, masker, folders } = options;
  const cleaner = (): Cleaner => createCleaner({ masker });
  const findings: Finding[] = [];
  const toldElsewhere: Finding[] = [];
  const live = new Map<string, Handle>();
  const saveState = (): void => core.saveState(LIVE_RUNS, JSON.stringify([...live.values()]));

  /** Our own lines may quote somebody else: a file's name, an answer of a registry. */
  const info = (text: string): void => {
    for (const line of safeLines(text, cleaner)) core.info(line);
  };
  const safely = (finding: Finding): Finding => placed(hideIn(finding, masker), folders());

  return {
    cancelled,
    leaving,
    now,
    findings,
    hide: masker.hide,
    info,
    lines: (texts) => writeLines(core, texts),
    bar: (text) => core.info(text),
    barEvery: BAR_EVERY,
    async group(title, work, outcomeOf = (_, took) => `done in ${took}`) {
      const start = now();
      core.startGroup(safeLine(title, cleaner));
      let outcome = (took: string): string =>
        `${cancelled.aborted ? 'cancelled after' : 'failed in'} ${took}`;
      try {
        const value = await work();
        outcome = (took) => outcomeOf(value, took);
        return value;
      } finally {
        core.endGroup();
        info(`${title}: ${outcome(printTook(now() - start))}`);
      }
    },
    finding(finding) {
      const told = safely(finding);
      info(printFinding(told));
      if (!isRemark(told)) findings.push(told);
    },
    annotation(finding) {
      toldElsewhere.push(safely(finding));
    },
    mask(values) {
      for (const value of values) core.setSecret(value);
    },
    remember(handle) {
      live.set(handle.run, handle);
      saveState();
    },
    forget(handle) {
      live.delete(handle.run);
      saveState();
    },
    annotate() {
      for (const { level, message, properties } of annotationsOf([...toldElsewhere, ...findings])) {
        core[level](safeLines(message, cleaner).join('\n'), safeProperties(properties, cleaner));
      }
    },
  };
}

/** Lines that were cleaned, each of which stands alone in the log: a write for each would take longer than all else. */
export function writeLines({ info }: Pick<Core, 'info'>, texts: readonly string[]): void {
  if (texts.length > 0) info(texts.join('\n'));
}

/** Codes and names of files may be somebody else's, too. */
function safeProperties(properties: Annotation['properties'], cleaner: () => Cleaner): object {
  const safe = (value: string | number): string | number =>
    typeof value === 'string' ? safeLine(value, cleaner) : value;
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, safe(value)]));
}

function hideIn(finding: Finding, { hide }: Masker): Finding {
  const { message, hint } = finding;
  return {
    ...finding,
    message: hide(message),
    hint: hint === undefined ? hint : hide(hintAt('action', hint)),
  };
}
