import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { keptPlan } from '../../run/record.ts';
import type { RunPlan } from '../../run/run.ts';
import { CommandOptions } from '../types/command-options.ts';
import { imageOf, planDocument } from './document.ts';
import type { Known } from './known.ts';
import type { CommandPlace } from './place.ts';
import { readValue } from './read.ts';
import { failureOf } from './tool.ts';
import { fillWords } from './words.ts';

export interface Submitted {
  readonly id: string;
  readonly attached: boolean;
}

/** Hands a run to the place, once for each name: what is there under it already is taken over. */
export async function submitRun(
  run: RunPlan,
  name: string,
  place: CommandPlace,
  signal: AbortSignal | undefined,
): Promise<Submitted> {
  const repository = run.labels.get('jobimg.repo');
  const own: Known = {
    place: place.name,
    name,
    hash: run.hash,
    plan: keptPlan(run),
    submitted: new Date().toISOString(),
    ...(repository === undefined ? {} : { repository }),
  };
  const there = await place.known.claim(own);
  if (there !== undefined) {
    checkPlan(run, there);
    const id = await idOf(there, place);
    if (id !== undefined) return { id, attached: true };
    throw unanswered(name, place);
  }
  try {
    // Another machine, or a process whose answer was lost, may have handed it in.
    const id = (await idInList(name, place)) ?? (await handIn(run, name, place, signal));
    place.known.save({ ...own, id });
    return { id, attached: false };
  } catch (error) {
    if (!(await isThere(name, place))) await place.known.forget(name);
    throw error;
  }
}

/** Milliseconds for which another process of ours may wait for the answer of the place. */
const ANSWER = 60_000;

async function idOf(there: Known, place: CommandPlace): Promise<string | undefined> {
  const end = place.clock.now() + ANSWER;
  for (;;) {
    const now = (await place.known.find(there.name)) ?? there;
    const id = now.id ?? (await idInList(there.name, place));
    if (id !== undefined || place.clock.now() > end) return id;
    await place.clock.sleep(500);
  }
}

async function isThere(name: string, place: CommandPlace): Promise<boolean> {
  try {
    return (await idInList(name, place)) !== undefined;
  } catch {
    return true; // Nobody knows: whoever comes next asks again.
  }
}

/** undefined: it is not there, or the place has no list. */
export async function idInList(name: string, { site, tool }: CommandPlace): Promise<string | undefined> {
  if (site.list === undefined) return undefined;
  const words = fillWords(site.list.run, { known: {}, options: site.options });
  const answer = await tool.run(words);
  if (answer.code !== 0) throw failureOf(words, answer);
  for (const line of answer.stdout.split('\n')) {
    const groups = site.list.pattern.exec(line)?.groups;
    if (groups?.['name'] === name) return groups['id'];
  }
  return undefined;
}

async function handIn(
  run: RunPlan,
  name: string,
  place: CommandPlace,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { secrets, site, temporary, tool } = place;
  const folder = await mkdtemp(join(temporary, 'jobimg-plan-'));
  const document = { ...planDocument(run, name), options: Object.fromEntries(optionsOf(run, place)) };
  try {
    const file = join(folder, 'plan.json');
    await writeFile(file, JSON.stringify(document), { mode: 0o600 });
    const known = { name, hash: run.hash, image: imageOf(run), plan: file, grace: String(run.stopGrace) };
    const words = fillWords(site.submit.run, { known, options: optionsOf(run, place) });
    const values = run.secrets.flatMap((one) => {
      const value = secrets.get(one);
      return value === undefined ? [] : [[one, value] as const];
    });
    const input = JSON.stringify({ ...document, secrets: Object.fromEntries(values) });
    const answer = await tool.run(words, { input, signal });
    if (answer.code !== 0) throw failureOf(words, answer);
    const id = readValue(site.submit.id, answer);
    if (id !== undefined && isId(id)) return id;
    throw noId(words[0] ?? '', answer.stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** It becomes a word of other command lines, and no option of them. */
function isId(id: string): boolean {
  return /^[^-\s]\S{0,299}$/.test(id);
}

/** What the spec says, over what the operator has for defaults; an option that the place does not have is refused. */
export function optionsOf(run: RunPlan, { name, site }: CommandPlace): ReadonlyMap<string, string> {
  const own = CommandOptions.parse(run.backend.options).options ?? new Map<string, string>();
  const unknown = [...own.keys()].find((key) => !site.options.has(key));
  if (unknown === undefined) return new Map([...site.options, ...own]);
  const there = [...site.options.keys()];
  throw new UserError(`the place "${name}" has no option "${unknown}"`, {
    code: 'place',
    hint: there.length === 0 ? 'it has none' : `it has: ${there.join(', ')}`,
  });
}

function checkPlan({ hash, id }: RunPlan, there: Known): void {
  if (there.hash === hash) return;
  throw new UserError(`the run id "${id}" is already used by another plan`, {
    code: 'run-id',
    hint: `remove what is left of it: jobimg stop ${id}`,
  });
}

function unanswered(name: string, { name: place }: CommandPlace): UserError {
  return new UserError(`"${name}" was handed to "${place}" before, and nobody heard the answer`, {
    kind: 'unavailable',
    code: 'place',
    hint: 'look for it there; with "list" in the defaults file jobimg would find it by its name',
  });
}

function noId(program: string, stdout: string): UserError {
  return new UserError(`"${program}" has printed no id: ${JSON.stringify(stdout.slice(0, 200))}`, {
    code: 'place',
    hint: 'let the operator write how the id is read: id: { pattern: "…(\\\\S+)" } or { json: id }',
  });
}
