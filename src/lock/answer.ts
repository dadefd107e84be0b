import * as z from 'zod';
import { type Finding, UserError } from '../errors.ts';
import type { Installer, LockedPackages } from './lock.ts';
import type { PinnableStep } from './needs.ts';
import { byText } from './order.ts';
import { isPin } from './pins.ts';
import type { AskedNeed } from './question.ts';

export interface ReadPackages {
  readonly packages: LockedPackages;
  readonly findings: readonly Finding[];
}

/** What a step would install, from what its installer said. */
export function readAnswer({ need, file }: AskedNeed, files: ReadonlyMap<string, string>): ReadPackages {
  const text = files.get(file);
  if (text === undefined) throw new Error(`the build left no ${file} for "${need.step.title}"`);
  const { step, base, platform, inputs, open } = need;
  const { pins, findings } = READERS[open.kind](text, need);
  const unusable = pins.filter((pin) => !isPin(open.kind, pin));
  if (unusable.length > 0) throw cannotPin(unusable, need);
  const sorted = [...new Set(pins)].sort(byText);
  return {
    packages: { step: step.title, base, platform, inputs, installer: open.kind, pins: sorted },
    findings,
  };
}

interface Read {
  readonly pins: readonly string[];
  readonly findings: readonly Finding[];
}

const READERS: Readonly<Record<Installer, (text: string, need: PinnableStep) => Read>> = {
  apt: readSimulation,
  conda: readSolution,
  pip: readReport,
};

/** What the program of a conda step answers. */
const Solution = z.array(z.object({ name: z.string(), url: z.string(), sha256: z.string().optional() }));

function readSolution(text: string): Read {
  const packages = Solution.parse(JSON.parse(text));
  return {
    pins: packages.map(
      ({ name, url, sha256 }) => `${name} @ ${url}${sha256 ? ` --hash=sha256:${sha256}` : ''}`,
    ),
    findings: [],
  };
}

/** `Inst curl [7.88.1-9] (7.88.1-10 Debian:12.12/oldstable [amd64])`, one line per package. */
function readSimulation(text: string): Read {
  const lines = text.matchAll(/^Inst (\S+) (?:\[[^\]]*\] )?\((\S+) /gm);
  return { pins: [...lines].map(([, name, version]) => `${name}=${version}`), findings: [] };
}

/** https://pip.pypa.io/en/stable/reference/installation-report/ and https://packaging.python.org/en/latest/specifications/direct-url-data-structure/ */
const Report = z.object({
  install: z.array(
    z.object({
      is_direct: z.boolean().optional(),
      metadata: z.object({ name: z.string(), version: z.string() }),
      download_info: z.object({
        url: z.string(),
        archive_info: z.object({ hashes: z.record(z.string(), z.string()).optional() }).optional(),
        vcs_info: z.object({ vcs: z.string(), commit_id: z.string() }).optional(),
        subdirectory: z.string().optional(),
      }),
    }),
  ),
});
type Installed = z.infer<typeof Report>['install'][number];

function readReport(text: string, { step }: PinnableStep): Read {
  const { install } = Report.parse(JSON.parse(text));
  const sources = install.filter(({ download_info: { url, vcs_info } }) => vcs_info || !isWheel(url));
  const names = sources.map(({ metadata: { name } }) => name).sort(byText);
  return {
    pins: install.map(pinOf),
    findings:
      names.length === 0
        ? []
        : [
            {
              level: 'notice',
              code: 'source-package',
              message: `${names.join(', ')} (${step.title}): there is only source code, which is built with tools that no lock pins`,
              hint: 'a version that has a wheel for this Python and platform gives the same bytes each time',
              location: step.origin,
            },
          ],
  };
}

function pinOf({ is_direct: isDirect, metadata, download_info: info }: Installed): string {
  const { name, version } = metadata;
  const { url, vcs_info: vcs, subdirectory } = info;
  if (vcs !== undefined) {
    const below = subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`;
    return `${name} @ ${vcs.vcs}+${url}@${vcs.commit_id}${below}`;
  }
  const sha256 = info.archive_info?.hashes?.['sha256'];
  const hash = sha256 === undefined ? '' : ` --hash=sha256:${sha256}`;
  // A wheel of the repository has the path that it has in one step.
  const isElsewhere = isDirect === true && !url.startsWith('file:');
  return isElsewhere ? `${name} @ ${url}${hash}` : `${name}==${version}${hash}`;
}

function isWheel(url: string): boolean {
  return /\.whl(?:[?#]|$)/.test(url);
}

function cannotPin(pins: readonly string[], { step }: PinnableStep): UserError {
  return UserError.of(
    pins.map((pin) => ({
      level: 'error',
      code: 'cannot-lock',
      message: `"${pin.slice(0, 200)}" (${step.title}) cannot be locked: it has neither a SHA-256 nor a commit`,
      hint: 'take it from an index that gives hashes, or write image: { lock: off }',
      location: step.origin,
    })),
  );
}
