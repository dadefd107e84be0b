import { parseReference, printReference } from '../oci/reference.ts';
import { changedInputs } from './id-inputs.ts';
import type { InputsAnnotation, PlatformInputs } from './inputs-annotation.ts';

/** More would hide the first. */
const MOST_TOLD = 6;
const LONGEST_NAME = 160;

/** Why an image was made again, against an earlier one of the same job: one sentence. */
export function whyRebuilt(before: PlatformInputs, after: PlatformInputs): string {
  const changes = changesOfPlatforms(before, after);
  if (changes.length === 0) return 'rebuilt: the earlier image with this content no longer exists';
  return `rebuilt: ${joinChanges(changes)}`;
}

/** The first of them, and how many there are beside. */
export function joinChanges(changes: readonly string[]): string {
  const shown = changes.slice(0, MOST_TOLD).join('; ');
  return `${shown}${changes.length > MOST_TOLD ? `; and ${changes.length - MOST_TOLD} more` : ''}`;
}

/** What changed between two images, each in a few words; what changed on every platform alike is there once. */
export function changesOfPlatforms(before: PlatformInputs, after: PlatformInputs): readonly string[] {
  // An image that stood by itself does not say its platform by name.
  if (before.has('') !== after.has('')) return ['the platforms changed'];
  const gone = [...before.keys()].filter((platform) => !after.has(platform));
  const fresh = [...after.keys()].filter((platform) => !before.has(platform));
  const parts = [...after].flatMap(([platform, inputs]) => {
    const was = before.get(platform);
    return was === undefined ? [] : [{ platform, changes: changesBetween(was, inputs) }];
  });
  const [first] = parts;
  const common = (first?.changes ?? []).filter((change) =>
    parts.every(({ changes }) => changes.includes(change)),
  );
  const own = parts.flatMap(({ platform, changes }) =>
    changes
      .filter((change) => !common.includes(change))
      .map((change) => (platform === '' ? change : `${platform}: ${change}`)),
  );
  return [
    ...common,
    ...own,
    ...fresh.map((platform) => `${platform} is new`),
    ...gone.map((platform) => `${platform} is gone`),
  ];
}

/** Inputs of several names: what the group of them is called when it cannot be said which of them changed. */
const GROUPS: ReadonlyMap<string, string> = new Map([
  ['base', 'the bases'],
  ['file', 'the dependency files'],
  ['context', 'the files that the Dockerfile copies'],
  ['step', 'the steps'],
  ['code', 'the code'],
]);

/** Follows from something else that is shown, unless it is the only one. */
const CONSEQUENCES: ReadonlyMap<string, string> = new Map([
  ['dockerfile', 'the Dockerfile changed'],
  ['environment', 'the environment changed'],
]);

const OTHERS: ReadonlyMap<string, string> = new Map([
  ['generator', 'this version of jobimg builds it differently'],
  ['exporter', 'this version of jobimg exports it differently'],
  ['encoder', 'this version of jobimg compresses it differently'],
  ['epoch', 'the modification time given to its files changed'],
  ['arguments', 'build arguments changed'],
  ['target', "the Dockerfile's target changed"],
  ['secrets', 'the names of build secrets changed'],
  ['access', 'the private sources of packages changed'],
  ['platforms', 'the platform changed'],
  ['compression', 'the compression changed'],
  ['folder', 'the folder of the code changed'],
  ['way', 'the way that the code is put into the image changed'],
]);

/** Bases first, then files and steps, then the rest; each change in a few words. */
export function changesBetween(before: InputsAnnotation, after: InputsAnnotation): readonly string[] {
  const names = changedInputs(Object.fromEntries(before), Object.fromEntries(after));
  const groups = [...GROUPS].flatMap(([group, title]) =>
    groupChanges(group, title, { before, after, names }),
  );
  const others = names.flatMap((name) => OTHERS.get(name) ?? []);
  const causes = [...groups, ...others];
  return causes.length > 0 ? causes : names.flatMap((name) => CONSEQUENCES.get(name) ?? []);
}

interface Change {
  readonly before: InputsAnnotation;
  readonly after: InputsAnnotation;
  readonly names: readonly string[];
}

function groupChanges(group: string, title: string, change: Change): readonly string[] {
  const members = change.names.filter((name) => groupOf(name) === group);
  if (members.length === 0) return [];
  // Where one side has names and the other has not, a name that is missing is not gone.
  const shape = shapeOf(group, change.before);
  if (shape === 'whole' || shape !== shapeOf(group, change.after)) return [`${title} changed`];
  return group === 'base' ? baseChanges(members, change) : members.map((name) => memberChange(name, change));
}

function groupOf(name: string): string {
  return name.split(' ', 1)[0] ?? name;
}

function shapeOf(group: string, inputs: InputsAnnotation): 'whole' | 'folders' | 'named' {
  if (inputs.has(group)) return 'whole';
  const names = [...inputs.keys()].filter((name) => groupOf(name) === group);
  return names.some((name) => name.endsWith('/')) ? 'folders' : 'named';
}

function memberChange(name: string, { before, after }: Change): string {
  const [kind, ...words] = name.split(' ');
  const what = shorten(kind === 'step' ? name : words.join(' '));
  if (!before.has(name)) return `${what} is new`;
  return after.has(name) ? `${what} changed` : `${what} is gone`;
}

function baseChanges(names: readonly string[], { before, after }: Change): readonly string[] {
  const moved = names.filter((name) => before.has(name) && after.has(name));
  const gone = names.filter((name) => !after.has(name));
  const fresh = names.filter((name) => !before.has(name));
  return [
    ...moved.map((name) => `base ${baseName(name)} moved from ${before.get(name)} to ${after.get(name)}`),
    ...(gone.length === 1 && fresh.length === 1
      ? [`base ${baseName(gone[0] ?? '')} is now ${baseName(fresh[0] ?? '')}`]
      : [
          ...gone.map((name) => `base ${baseName(name)} is gone`),
          ...fresh.map((name) => `base ${baseName(name)} is new`),
        ]),
  ];
}

/** As a user writes it: `python:3.12-slim`. */
function baseName(input: string): string {
  const name = input.slice('base '.length);
  try {
    return printReference(parseReference(name), { familiar: true });
  } catch {
    // What an image of somebody else carries need be no reference.
    return shorten(name);
  }
}

function shorten(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}
