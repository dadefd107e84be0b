import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { askedOnce } from '../../asked-once.ts';
import { UserError } from '../../errors.ts';
import type { EngineApi } from '../../io/engine/api.ts';
import type { Environment, ExecResult, Variables } from '../../io/process/exec.ts';
import type { StartProcess } from '../../io/process/process.ts';
import type { Repository } from '../../oci/types.ts';
import type { Rights } from '../../plan/rights.ts';
import { callBuildx } from '../command/buildx.ts';
import { childEnvironment } from '../command/child-environment.ts';
import { hasClassicStore } from '../failure/classic-store.ts';
import { privateDockerConfig } from '../machine/docker-config.ts';
import { type BuilderChoice, chooseBuilder, readDriver } from './choice.ts';

export interface AskOptions {
  readonly env: Variables;
  /** A private folder that lasts as long as this process. */
  readonly temporary: string;
  readonly builder?: string | undefined;
  readonly start: StartProcess;
  /** The local engine; undefined: there is none to ask. */
  readonly engine?: (() => Promise<EngineApi>) | undefined;
  /** The text of a docker config.json with the logins of these repositories and no other. */
  readonly credentials: (repositories: readonly Repository[]) => Promise<string>;
  /** Of the code that is built. */
  readonly rights: Pick<Rights, 'credentials'>;
  readonly signal: AbortSignal;
}

/** A local engine that answers. */
export interface AnsweringEngine {
  readonly api: EngineApi;
  /** `GET /info` */
  readonly info: unknown;
}

/** What is asked about builders before one of them is used; each question once. */
export interface BuilderQuestions {
  /** undefined: it does not answer, which the build itself tells in buildx's own syntax. */
  engine(): Promise<AnsweringEngine | undefined>;
  choice(pushes: boolean): Promise<BuilderChoice>;
  /** What `docker buildx inspect` says of a builder, or of the current one; undefined when there is none. */
  inspect(name: string | undefined): Promise<string | undefined>;
  /** Runs buildx with no login. */
  call(args: readonly string[]): Promise<ExecResult>;
}

export function builderQuestions(options: AskOptions): BuilderQuestions {
  const environment = askedOnce(() => buildxEnvironment([], options));
  const questions: BuilderQuestions = {
    engine: askedOnce(() => askEngine(options)),
    async choice(pushes) {
      const { builder: named } = options;
      const answer = await questions.engine();
      const classicStore = answer === undefined ? undefined : hasClassicStore(answer.info);
      // With another store any builder will do, and which one it is need not be asked.
      const isAsked = pushes && classicStore === true && named === undefined;
      const driver = isAsked ? readDriver((await questions.inspect(undefined)) ?? '') : undefined;
      return chooseBuilder({ named, pushes, classicStore, driver });
    },
    inspect: askedOnce(async (name: string | undefined) => {
      const { code, stdout } = await questions.call(['inspect', ...(name === undefined ? [] : [name])]);
      return code === 0 ? stdout : undefined;
    }),
    async call(args) {
      const { env: search, start, signal } = options;
      return callBuildx(args, { env: await environment(), search, start, signal });
    },
  };
  return questions;
}

async function askEngine({ engine }: AskOptions): Promise<AnsweringEngine | undefined> {
  try {
    const api = await engine?.();
    return api && { api, info: await api.json({ method: 'GET', path: '/info' }) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Of buildx, with the login for these repositories and no other. */
export async function buildxEnvironment(
  repositories: readonly Repository[],
  { env, temporary, credentials, rights }: Pick<AskOptions, 'env' | 'temporary' | 'credentials' | 'rights'>,
): Promise<Environment> {
  const folder = await mkdtemp(join(temporary, 'buildx-'));
  const base = childEnvironment(env, []);
  const logins = await credentials(repositories);
  return { ...base, ...(await privateDockerConfig(folder, { credentials: logins, env: base, rights })) };
}
