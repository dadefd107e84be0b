import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { removeTree } from '../../io/remove-tree.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { readValue } from './answer/read.ts';
import { optionsOf } from './place/options.ts';
import type { CommandPlace } from './place/place.ts';
import { failureOf, type ToolResult } from './place/tool.ts';
import { imageOf, planDocument } from './plan/document.ts';
import { fillTemplate, fillWords, type Values } from './plan/fill.ts';
import { octalText, shellText, wrappedArgv } from './plan/wrapper.ts';

/** Runs what the place has for it; the id that it gives. */
export async function handIn(
  run: RunPlan,
  name: string,
  place: CommandPlace,
  signal: AbortSignal | undefined,
): Promise<string> {
  const folder = await mkdtemp(join(place.temporary, 'jobimg-plan-'));
  try {
    return await handInFrom(folder, run, { name, place, signal });
  } finally {
    await removeTree(folder);
  }
}

interface HandInOptions {
  readonly name: string;
  readonly place: CommandPlace;
  readonly signal: AbortSignal | undefined;
}

async function handInFrom(folder: string, run: RunPlan, options: HandInOptions): Promise<string> {
  const { place, signal } = options;
  const { site, tool } = place;
  const { input, secrets, values } = await writePlan(folder, run, options);
  const env = site.submit.secretsInEnv ? secrets : undefined;
  for (const before of site.submit.before) await done(fillWords(before, values));
  const words = fillWords(site.submit.run, values);
  const { code, stderr, stdout } = await done(words, input);
  // Some programs keep stdout for tables, and tell what they did on stderr.
  const said = site.submit.id?.kind === 'pattern' ? `${stdout}\n${stderr}` : stdout;
  const id = readValue(site.submit.id, { code, stdout: said });
  if (id !== undefined && isId(id)) return id;
  throw noId(words[0] ?? '');

  async function done(line: readonly string[], text?: string): Promise<ToolResult> {
    const answer = await tool.run(line, { input: text, signal, env });
    if (answer.code === 0) return answer;
    throw failureOf(line, answer);
  }
}

interface Written {
  readonly values: Values;
  /** What the program gets on standard input. */
  readonly input: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Everything that a program of the place may read, in a folder of this user alone. */
async function writePlan(folder: string, run: RunPlan, { name, place }: HandInOptions): Promise<Written> {
  const { site } = place;
  const options = optionsOf(run, place);
  const document = { ...planDocument(run, name), options: Object.fromEntries(options) };
  const secrets = secretsOf(run, place);
  const argv = wrappedArgv(run, { name, hash: run.hash }, site.wrap);
  const command = shellText(argv);
  const known = {
    ...{ name, hash: run.hash, image: imageOf(run), grace: String(run.stopGrace) },
    ...{ variables: site.ownVariables },
    ...{
      argv,
      command,
      encoded: octalText(command),
      plan: join(folder, 'plan.json'),
      folder: join(folder, 'files'),
    },
  };
  const values = { known, options, document };
  await mkdir(known.folder, { mode: 0o700 });
  await writePrivate(known.plan, JSON.stringify(document));
  for (const [file, template] of site.submit.files) {
    const value = fillTemplate(template, { ...values, known: { ...known, secrets } });
    await writePrivate(join(known.folder, file), typeof value === 'string' ? value : JSON.stringify(value));
  }
  return { values, secrets, input: JSON.stringify({ ...document, secrets }) };
}

function secretsOf(run: RunPlan, { secrets }: CommandPlace): Readonly<Record<string, string>> {
  const pairs = run.secrets.flatMap((one) => {
    const value = secrets.get(one);
    return value === undefined ? [] : [[one, value] as const];
  });
  return Object.fromEntries(pairs);
}

async function writePrivate(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
}

/** It becomes a word of other command lines, and no option of them. */
function isId(id: string): boolean {
  return /^[^-\s]\S{0,299}$/.test(id);
}

function noId(program: string): UserError {
  return new UserError(`"${program}" has printed no id`, {
    code: 'place',
    hint: 'let the operator write how the id is read: id: { pattern: "…(\\\\S+)" } or { json: id }',
  });
}
