// The pages for people who come from a platform: what they show is done as it stands there, here and at the platform, by its own
// client.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { type Block, blocksOf, linesShown, patternOf } from '../docs/snippets.ts';
import { inherited } from '../e2e/support/jobimg.ts';
import { jobimgProgram } from '../e2e/support/programs.ts';
import { type Files, repositoryWith } from '../e2e/support/repository.ts';
import { ensureBase, ensureBaseAs } from '../engine/images/base.ts';
import type { PlatformUnderTest, PresetBench } from './bench.ts';
import { startCodalabBench } from './codalab-bench.ts';
import { startInImageBench } from './in-image-bench.ts';
import { startPolyaxonBench } from './polyaxon-bench.ts';
import { startValohaiBench } from './valohai-bench.ts';

type Replaced = readonly (readonly [from: string, to: string])[];

interface Page {
  start(): Promise<PresetBench<PlatformUnderTest>>;
  /** What its reader has, and the page does not show. */
  readonly files: Files;
  /** Images that the page names, which are Debian with Python here. */
  readonly images: readonly string[];
  /** What this machine has not, or not soon enough. */
  readonly lacks: Replaced;
  /** What leads to the platform, by its address. */
  env?(url: string): Readonly<Record<string, string>>;
  /** The address of the platform, where the page has one. */
  readonly address?: string;
}

const TRAIN = `import os, sys
print("trained with", *sys.argv[1:])
folder = os.environ.get("VH_OUTPUTS_DIR", "outputs")
os.makedirs(folder, exist_ok=True)
open(os.path.join(folder, "said.txt"), "w").write("done\\n")
`;
const PYTHON = 'library/python:3.12-slim';
/** The file that a page calls so is the operator's. */
export const OPERATORS = '/etc/jobimg/defaults.yml';

export const PAGES = {
  valohai: {
    start: startValohaiBench,
    files: { 'train.py': TRAIN, 'requirements.txt': 'six==1.17.0\n' },
    images: ['acme/train:1.4'],
    lacks: [],
    env: (url) => ({ VALOHAI_HOST: url }),
  },
  polyaxon: {
    start: startPolyaxonBench,
    files: {
      'train.py': TRAIN,
      'polyaxon_requirements.txt': 'six==1.17.0\n',
      'later/train.py': TRAIN,
      'group/train.py': TRAIN,
    },
    images: ['pytorch/pytorch:2.7.1-cuda12.6-cudnn9-runtime', PYTHON],
    lacks: [
      ['    gpu: { limits: 1 }\n', ''],
      ['nvidia.com/gpu: 1, ', ''],
    ],
    env: (url) => ({ POLYAXON_HOST: url }),
  },
  codalab: {
    start: startCodalabBench,
    files: { 'src/train.py': TRAIN },
    images: ['acme/train:3'],
    lacks: [['--request-gpus 1 ', '']],
    address: 'https://worksheets.codalab.org',
  },
  metaflow: {
    start: () => startInImageBench('metaflow'),
    files: {},
    images: ['acme/base:7'],
    lacks: [['gpu=1, ', '']],
  },
  zenml: {
    start: () => startInImageBench('zenml'),
    files: {},
    images: [PYTHON],
    lacks: [
      ['gpu_count=1, ', ''],
      // Its packages are not made for the Python that is here.
      ['    required_integrations=["mlflow"],\n', ''],
    ],
  },
} as const satisfies Readonly<Record<string, Page>>;

export type PageName = keyof typeof PAGES;

/** Who does what a page says, on this machine. */
export interface Reader {
  readonly env: Readonly<Record<string, string>>;
  /** Where the operator's file is. */
  readonly operators: string;
  /** A text of the page, with the addresses that are here. */
  here(text: string): string;
  /** What the operator writes, with places that are asked often, and images from the registry of the tests. */
  soon(text: string): string;
}

/** Writes the files of the page and types its commands, in their order. */
export async function followPage(name: PageName): Promise<void> {
  const blocks = blocksOf(`docs/from-${name}.md`);
  const bench = await PAGES[name].start();
  try {
    const said = await typed(name, blocks, await readerOf(name, bench));

    const commands = blocks.flatMap(({ file, kind, text }) =>
      kind === 'sh' && file === undefined ? text.split('\n') : [],
    );
    expect(said.match(/^Run .*succeeded after/gm)).toHaveLength(
      commands.filter((line) => line.startsWith('jobimg run')).length,
    );
    for (const line of linesShown(blocks))
      expect(said.split('\n')).toContainEqual(expect.stringMatching(patternOf(line)));
    if (bench.platform.url !== '') expect(bench.platform.requests).not.toEqual([]);
  } finally {
    await bench.close();
  }
}

export async function readerOf(name: PageName, bench: PresetBench<PlatformUnderTest>): Promise<Reader> {
  const page: Page = PAGES[name];
  const { parts, platform } = bench;
  const { host } = parts.registry;
  const home = bench.env['HOME'] ?? '';
  await ensureBase(parts.registry);
  for (const image of page.images) await ensureBaseAs(image, parts.registry);
  const mirrors = { 'docker.io': host, 'ghcr.io': host };
  const defaults = join(home, 'mirrors.yml');
  await writeFile(defaults, stringify({ mirrors }));
  const operators = join(home, 'defaults.yml');
  const addresses: Replaced = [
    [OPERATORS, operators],
    ['ghcr.io/acme/train', `${host}/acme/train`],
    ...(page.address === undefined ? [] : [[page.address, platform.url] as const]),
  ];
  return {
    operators,
    env: {
      ...{ ...inherited(), ...parts.env, ...bench.env, ...page.env?.(platform.url) },
      PATH: [bench.bin, parts.env['PATH'] ?? process.env['PATH']].join(':'),
      XDG_STATE_HOME: join(home, 'state'),
      JOBIMG_DEFAULTS: defaults,
    },
    here: (text) => replaced(text, addresses),
    soon(text) {
      const { commands, ...others } = parse(text) as { readonly commands: Readonly<Record<string, object>> };
      const asked = Object.entries(commands).map(([key, place]) => [key, { ...place, every: 0.2 }]);
      return stringify({ ...others, commands: Object.fromEntries(asked), mirrors });
    },
  };
}

/** Everything that is printed. */
async function typed(name: PageName, blocks: readonly Block[], reader: Reader): Promise<string> {
  const { files, lacks }: Page = PAGES[name];
  const { env, here, operators, soon } = reader;
  const script = blocks.flatMap(({ file, kind, text: shown }) => {
    const text = here(shown);
    if (file === OPERATORS) return written(operators, soon(text));
    if (file !== undefined) return written(file, replaced(text, lacks));
    return kind === 'sh' ? withOwnValues(text, env) : [];
  });
  await using repository = await repositoryWith({ files });
  await using program = await jobimgProgram();
  const child = spawn('bash', ['-c', `set -e; exec 2>&1\n${script.join('\n')}`], {
    cwd: repository.folder,
    env: { ...env, PATH: `${program.path}:${env['PATH']}` },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const said = await textOf(child.stdout);
  const code = await ended;
  expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
  return said;
}

/** A page leaves out what is everybody's own: `VALOHAI_TOKEN=…`. */
function withOwnValues(text: string, env: Reader['env']): string {
  return text.replace(/\b([A-Z_]+)=…/g, (_, key: string) => `${key}=${env[key] ?? 'canary'}`);
}

function replaced(text: string, pairs: Replaced): string {
  return pairs.reduce((so, [from, to]) => so.replaceAll(from, to), text);
}

function written(path: string, text: string): string {
  return `mkdir -p "$(dirname '${path}')"; cat >'${path}' <<'END OF FILE'\n${text}END OF FILE`;
}
