import type { BuildPlan } from '../plan/plan.ts';
import type { Step } from '../recipe/recipe.ts';

/** What a vertex of the build is for a person; undefined: not worth a line. */
export interface VertexTitle {
  readonly title: string;
  /** The plan's own step behind it. */
  readonly step?: Step | undefined;
  /** Something of the user's runs in it. */
  readonly runs: boolean;
  /** Told when it is over, and only when it took its time. */
  readonly quiet: boolean;
}

/** Our heredocs are named by the hash of their text, so a vertex says which step it is. */
const HEREDOC = /<<'?(JOBIMG_[0-9a-f]{16})\b/;

/** `[stage-0 2/5] RUN …`, `[2/5] COPY …`, `[linux/arm64 build 1/3] FROM …` */
const STAGE = /^\[[^\]]*?\d+\/\d+\]\s+([A-Z]+)\s+([\s\S]*)$/;

/** The first figures are enough for a person; the whole is in the plan. */
const DIGEST = /(@sha256:[0-9a-f]{12})[0-9a-f]{52}/;

export function titlesOf(
  plan: Pick<BuildPlan, 'dockerfile' | 'steps'>,
): (name: string) => VertexTitle | undefined {
  const steps = stepsByHeredoc(plan);
  return (name) => {
    const stage = STAGE.exec(name);
    if (stage === null)
      return name.startsWith('exporting to') ? { title: 'image', runs: false, quiet: false } : undefined;
    const step = steps.get(HEREDOC.exec(name)?.[1] ?? '');
    if (step !== undefined) return { title: step.title, step, runs: true, quiet: false };
    return foreignTitle(stage[1] ?? '', stage[2] ?? '');
  };
}

function foreignTitle(kind: string, text: string): VertexTitle | undefined {
  if (kind === 'FROM')
    return { title: shorten(`base ${text.replace(DIGEST, '$1…')}`), runs: false, quiet: true };
  if (kind === 'RUN') return { title: shorten(`RUN ${withoutFlags(text)}`), runs: true, quiet: false };
  const copies = kind === 'COPY' || kind === 'ADD';
  return copies ? { title: shorten(`${kind} ${withoutFlags(text)}`), runs: false, quiet: true } : undefined;
}

function stepsByHeredoc({
  dockerfile,
  steps,
}: Pick<BuildPlan, 'dockerfile' | 'steps'>): ReadonlyMap<string, Step> {
  const starts = dockerfile.split('\n').filter((line) => line.startsWith('RUN ') && HEREDOC.test(line));
  const byName = new Map<string, Step>();
  for (const [index, line] of starts.entries()) {
    const name = HEREDOC.exec(line)?.[1];
    const step = steps[index];
    if (name !== undefined && step !== undefined && !byName.has(name)) byName.set(name, step);
  }
  return byName;
}

function withoutFlags(text: string): string {
  return text.replace(/^(?:--\S+\s+)+/, '');
}

const MAX_TITLE = 100;

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_TITLE ? line : `${line.slice(0, MAX_TITLE - 1)}…`;
}
