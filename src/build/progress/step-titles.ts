import type { BuildPlan } from '../../plan/plan.ts';
import type { Step } from '../../recipe/step.ts';

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

type NamedSteps = Pick<BuildPlan, 'dockerfile' | 'steps'>;

/** By the name that BuildKit gives a step: its title in the spec's words; undefined for what nobody needs to see. */
export function titlesOf(plan: NamedSteps): (name: string) => VertexTitle | undefined {
  const ours = titlesByHeredoc(plan);
  return (name) => {
    const stage = STAGE.exec(name);
    if (stage === null)
      return name.startsWith('exporting to') ? { title: 'image', runs: false, quiet: false } : undefined;
    return ours.get(HEREDOC.exec(name)?.[1] ?? '') ?? foreignTitle(stage[1] ?? '', stage[2] ?? '');
  };
}

function foreignTitle(kind: string, text: string): VertexTitle | undefined {
  if (kind === 'FROM')
    return { title: shorten(`base ${text.replace(DIGEST, '$1…')}`), runs: false, quiet: true };
  if (kind === 'RUN') return { title: shorten(`RUN ${withoutFlags(text)}`), runs: true, quiet: false };
  const copies = kind === 'COPY' || kind === 'ADD';
  return copies ? { title: shorten(`${kind} ${withoutFlags(text)}`), runs: false, quiet: true } : undefined;
}

/** Steps of the plan come in the order of the Dockerfile; a `RUN` of ours beyond them is called by the comment above it. */
function titlesByHeredoc({ dockerfile, steps }: NamedSteps): ReadonlyMap<string, VertexTitle> {
  const lines = dockerfile.split('\n');
  const starts = lines.flatMap((line, index) => {
    const name = line.startsWith('RUN ') ? HEREDOC.exec(line)?.[1] : undefined;
    return name === undefined ? [] : [{ name, comment: /^# (.+)/.exec(lines[index - 1] ?? '')?.[1] }];
  });
  const titles = new Map<string, VertexTitle>();
  for (const [index, { name, comment }] of starts.entries()) {
    const step = steps[index];
    const title = step?.title ?? comment;
    if (title !== undefined && !titles.has(name)) titles.set(name, { title, step, runs: true, quiet: false });
  }
  return titles;
}

function withoutFlags(text: string): string {
  return text.replace(/^(?:--\S+\s+)+/, '');
}

const MAX_TITLE = 100;

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_TITLE ? line : `${line.slice(0, MAX_TITLE - 1)}…`;
}
