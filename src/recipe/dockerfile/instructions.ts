import type { Findings } from '../../findings.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { didYouMean } from '../../jobspec/values/suggest.ts';
import type { Instruction } from './read.ts';
import { setByBuilds } from './scope.ts';

/** https://docs.docker.com/reference/dockerfile/#overview */
const KEYWORDS: readonly string[] = [
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL'],
  ...['MAINTAINER', 'ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
];

interface CheckContext {
  readonly file: string;
  readonly args: ReadonlyMap<string, string>;
  readonly origins: Job['origins'];
}

/** What the frontend would refuse or pass over; one with instructions of its own is refused before. */
export function checkInstructions(
  instructions: readonly Instruction[],
  { file, args, origins }: CheckContext,
  findings: Findings,
): void {
  for (const { keyword, line } of instructions.filter((one) => !KEYWORDS.includes(one.keyword))) {
    findings.error('dockerfile', `"${keyword}" is no instruction of a Dockerfile`, {
      hint: didYouMean(keyword, KEYWORDS) ?? 'a line that goes on ends in a backslash',
      at: { file, line },
    });
  }
  const declared = new Set(instructions.flatMap(declaredBy));
  for (const name of [...args.keys()].filter((one) => !declared.has(one) && !isRead(one))) {
    findings.warning('arg-unused', `no ARG of "${file}" has the name "${name}"`, {
      hint: didYouMean(name, declared) ?? `write "ARG ${name}" where it is used`,
      at: origins.get(`image.args.${name}`) ?? origins.get('image.args'),
    });
  }
}

/** BuildKit reads its own without an ARG: https://docs.docker.com/reference/dockerfile/#buildkit-built-in-build-args */
function isRead(arg: string): boolean {
  return setByBuilds(arg) || arg.startsWith('BUILDKIT_');
}

function declaredBy({ keyword, words }: Instruction): readonly string[] {
  const [first, ...others] = words.map(({ text }) => text);
  if (keyword === 'ONBUILD' && first?.toUpperCase() === 'ARG') return others.map(nameIn);
  return keyword === 'ARG' ? words.map(({ text }) => nameIn(text)) : [];
}

function nameIn(word: string): string {
  return word.split('=')[0] ?? '';
}
