import { freeSpaceHint } from '../../disk/free-space.ts';
import { type Location, UserError } from '../../errors.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { neededFrontend } from '../../recipe/dockerfile/frontend.ts';
import type { MissingDependency } from '../../run/missing/dependency.ts';
import { lackHint } from '../../run/missing/findings.ts';
import { DOCKERFILE } from '../arguments/arguments.ts';
import type { BuildRecord, FailedVertex } from '../progress/display.ts';
import { accessHint } from './access.ts';
import { ADVICE } from './advice.ts';
import type { Failure } from './failure.ts';
import type { FailureKind } from './kind.ts';
import { missingFrom } from './missing-file.ts';
import { pipPlace } from './pip.ts';

/** The error of a build that failed for good: what, where in the user's files, and what to do next. */
export function failureError(
  failure: Failure,
  record: BuildRecord,
  plan: BuildPlan,
  hosted?: boolean,
): UserError {
  const { failed } = record;
  const step = failed?.title?.step;
  // A step of ours stands below the lines of the user's file.
  const location = step === undefined ? ownLocation(record, plan) : step.origin;
  if (failure.kind === 'step' && failed !== undefined)
    return stepError(failed, pipPlace(failed.lines, plan) ?? location, plan, hosted);

  const advice = ADVICE[failure.kind];
  const said = explanation(failure, record);
  const message = `${advice.message}${said}`;
  return new UserError(message, {
    kind: advice.kind ?? 'build',
    code: `build-${failure.kind}`,
    hint: hintFor(failure.kind, { said, plan, line: location?.line, hosted }),
    location,
  });
}

interface FailureContext {
  readonly said: string;
  readonly plan: BuildPlan;
  readonly line: number | undefined;
  readonly hosted: boolean | undefined;
}

function hintFor(kind: FailureKind, { said, plan, line, hosted }: FailureContext): string {
  const known: Partial<Record<FailureKind, () => string | undefined>> = {
    disk: () => freeSpaceHint(hosted),
    dockerfile: () => neededFrontend(said),
    'missing-file': () => missingFrom(plan, line),
  };
  return known[kind]?.() ?? ADVICE[kind].hint;
}

function explanation({ kind }: Failure, { failed, text }: BuildRecord): string {
  if (SAYS_IT_ALL.has(kind)) return '';
  const said = failed?.error ?? lastError(text);
  if (said !== undefined) return `: ${said}`;
  return text.length === 0 ? '' : `; the output of docker:${indented(text.slice(-20))}`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `\n  ${line}`).join('');
}

/** Failures to which buildx's own words add nothing. */
const SAYS_IT_ALL: ReadonlySet<FailureKind> = new Set(['cancelled', 'no-buildx']);

function stepError(
  { title, error, lines, lacks = [] }: FailedVertex,
  location: Location | undefined,
  { access }: BuildPlan,
  hosted: boolean | undefined,
): UserError {
  const exitCode = /exit code: (\d+)/.exec(error)?.[1] ?? 'unknown';
  const name = title === undefined ? 'a step' : `the step "${title.title}"`;
  const tail = indented(lines);
  return new UserError(
    `${name} failed with exit code ${exitCode}${tail === '' ? '' : `; its last lines:${tail}`}`,
    {
      kind: 'build',
      code: 'build-step',
      hint:
        accessHint(lines.join('\n'), access) ??
        stepHint({ exitCode, lines: lines.join('\n'), lacks, isOurs: title?.step !== undefined, hosted }),
      location,
    },
  );
}

/** What the last lines of common failures ask for. */
const STEP_HINTS: readonly {
  readonly says: RegExp;
  readonly hint: string;
  /** For an instruction of a user's own Dockerfile, which gets nothing of the machine. */
  readonly own?: string;
}[] = [
  {
    says: /CERTIFICATE_VERIFY_FAILED|certificate verify failed|unable to get local issuer/i,
    hint: "set SSL_CERT_FILE to your company's CA bundle: the steps of the build get it while they run",
    own: "set SSL_CERT_FILE to your company's CA bundle: RUN gets it by PIP_CERT, REQUESTS_CA_BUNDLE and their like; for a tool that reads none of them, COPY the bundle and add RUN update-ca-certificates",
  },
  {
    says: /Temporary failure (?:in name resolution|resolving)|Could not resolve host|Name or service not known/i,
    hint: 'the builder cannot resolve names: check its network, and HTTPS_PROXY behind a proxy',
  },
  {
    says: /Unable to connect to|Could not connect to|Cannot initiate the connection|Max retries exceeded/i,
    hint: 'the builder cannot reach that server: check its network, and HTTPS_PROXY behind a proxy',
  },
  {
    says: /No matching distribution found|No solution found/i,
    hint: 'check the name and version, and that it is published for this Python',
  },
  { says: /Unable to locate package/i, hint: 'check the name for the distribution of the base image' },
];

interface FailedStep {
  readonly exitCode: string;
  readonly lines: string;
  readonly lacks: readonly MissingDependency[];
  /** A step that the spec asked for, not an instruction of a user's own Dockerfile. */
  readonly isOurs: boolean;
  readonly hosted: boolean | undefined;
}

function stepHint({ exitCode, lines, lacks, isOurs, hosted }: FailedStep): string {
  if (exitCode === '137')
    return 'it ran out of memory or was killed: give the builder more memory, or run fewer jobs in the step';
  if (/no space left on device/i.test(lines)) return freeSpaceHint(hosted);
  const found = STEP_HINTS.find(({ says }) => says.test(lines));
  if (found === undefined)
    return lackHint(lacks, isOurs) ?? 'fix the step; the lines above say what was missing';
  return isOurs ? found.hint : (found.own ?? found.hint);
}

/** The Dockerfile's line that buildx names, when the Dockerfile is the user's own. */
function ownLocation({ text }: BuildRecord, { ownPath }: BuildPlan): Location | undefined {
  if (ownPath === undefined) return undefined;
  const line = text
    .filter((one) => one.startsWith(`${DOCKERFILE}:`))
    .map((one) => Number.parseInt(one.slice(DOCKERFILE.length + 1), 10))
    .find((number) => number > 0);
  return { file: ownPath, line };
}

function lastError(text: readonly string[]): string | undefined {
  const line = text.findLast((one) => /^\s*error:/i.test(one));
  return line?.replace(/^\s*error:\s*(?:failed to build:\s*)?(?:failed to solve:\s*)?/i, '').trim();
}
