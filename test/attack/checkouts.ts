import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitConfig, type Poison } from './poison.ts';

const ATTRIBUTES = '* filter=poison diff=poison merge=poison\n';

const HOOKS = [
  ...[
    'post-index-change',
    'reference-transaction',
    'pre-commit',
    'post-checkout',
    'post-merge',
    'pre-auto-gc',
  ],
  ...['fsmonitor-watchman', 'query-watchman', 'update', 'pre-receive', 'post-commit', 'sendemail-validate'],
];

/** Files that are not yet written. */
type Files = Map<string, string | Buffer>;

/** What is in the folder of a repository: `.git`, or wherever a commit has one. */
async function gitFolder(poison: Poison, config = gitConfig(poison)): Promise<Files> {
  const hooks = HOOKS.map((name) => [`hooks/${name}`, poison.program(`hook-${name}`)] as const);
  return new Map<string, string | Buffer>([
    ['HEAD', 'ref: refs/heads/main\n'],
    ['config', config],
    ['index', await poisonedIndex()],
    ['objects/info/alternates', '../../store/objects\n'],
    ['refs/heads/.keep', ''],
    ['info/attributes', ATTRIBUTES],
    ...hooks,
  ]);
}

/** An index whose ignore file is not there and must be fetched to be read. */
async function poisonedIndex(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-index-'));
  try {
    const git = (args: readonly string[], input = ''): void => {
      execFileSync('git', args, { cwd: folder, input, stdio: ['pipe', 'ignore', 'inherit'] });
    };
    git(['init', '--quiet']);
    git(
      ['update-index', '--index-info'],
      `100644 ${'1'.repeat(40)}\t.gitignore\n100644 ${'2'.repeat(40)}\tmain.py\n`,
    );
    git(['update-index', '--skip-worktree', '.gitignore']);
    return await readFile(join(folder, '.git/index'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function below(folder: string, files: Files): Files {
  return new Map([...files].map(([path, content]) => [`${folder}/${path}`, content]));
}

export interface Attack {
  readonly name: string;
  /** The files of the checkout, beside those of an ordinary job. */
  readonly files: (poison: Poison) => Promise<Files>;
  /** The `image` of its spec. */
  readonly image?: string;
}

/** Repositories that would have Git start a program, each in another place. */
export const ATTACKS: readonly Attack[] = [
  {
    name: 'a bare repository that is a folder of the commit',
    image: '{ dockerfile: Dockerfile, context: evil }',
    files: async (poison) =>
      new Map([
        ...below('evil', await gitFolder(poison, gitConfig(poison, WORKTREE_HERE))),
        ...below('.git', await gitFolder(poison, PLAIN_CONFIG)),
        ['Dockerfile', 'FROM busybox\nCOPY . /code\n'],
      ]),
  },
  {
    name: 'the configuration of the checkout, with hooks and attributes',
    files: async (poison) =>
      new Map([...below('.git', await gitFolder(poison)), ['.gitattributes', ATTRIBUTES]]),
  },
  {
    name: 'configuration that is included',
    files: async (poison) =>
      new Map([
        ...below('.git', await gitFolder(poison, `${PLAIN_CONFIG}${INCLUDES}`)),
        ['planted', gitConfig(poison)],
      ]),
  },
  {
    name: 'the configuration of one work tree',
    files: async (poison) =>
      new Map([
        ...below('.git', await gitFolder(poison, `${PLAIN_CONFIG}[extensions]\n\tworktreeConfig = true\n`)),
        ['.git/config.worktree', gitConfig(poison)],
      ]),
  },
  {
    name: 'a .git file that names a folder of the commit',
    files: async (poison) =>
      new Map([...below('store', await gitFolder(poison)), ['.git', 'gitdir: store\n']]),
  },
  {
    name: 'a work tree whose common folder is one of the commit',
    files: async (poison) =>
      new Map([
        ...below('.git', await gitFolder(poison, PLAIN_CONFIG)),
        ...below('store', await gitFolder(poison)),
        ['.git/commondir', '../store\n'],
      ]),
  },
  {
    name: 'core.worktree that leads elsewhere',
    files: async (poison) =>
      below('.git', await gitFolder(poison, gitConfig(poison, '[core]\n\tworktree = ../elsewhere\n'))).set(
        'elsewhere/a',
        '',
      ),
  },
  {
    name: 'a submodule with a configuration of its own',
    files: async (poison) =>
      new Map([
        ...below('.git', await gitFolder(poison, PLAIN_CONFIG)),
        ...below('.git/modules/sub', await gitFolder(poison)),
        [
          '.gitmodules',
          `[submodule "sub"]\n\tpath = sub\n\turl = ext::${poison.command('url')}\n\tupdate = !${poison.command('update')}\n`,
        ],
        ['sub/.git', 'gitdir: ../.git/modules/sub\n'],
        ['sub/lib.py', ''],
      ]),
  },
  {
    name: 'a repository inside of the commit',
    files: async (poison) =>
      new Map([
        ...below('.git', await gitFolder(poison, PLAIN_CONFIG)),
        ...below('inner/.git', await gitFolder(poison)),
        ['inner/lib.py', ''],
      ]),
  },
];

/** Without it Git takes a bare repository for one that has no files. */
const WORKTREE_HERE = '[core]\n\tworktree = .\n';
const PLAIN_CONFIG = '[core]\n\trepositoryformatversion = 0\n\tbare = false\n';
const INCLUDES = '[include]\n\tpath = ../planted\n[includeIf "gitdir:**"]\n\tpath = ../planted\n';

const SPEC = 'name: poisoned\nrun: echo ran\n';

/** A checkout with an ordinary job and what the attack adds. */
export async function makeCheckout(attack: Attack, poison: Poison): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'jobimg-poisoned-'));
  const spec = `${SPEC}image: ${attack.image ?? '{ base: busybox }'}\n`;
  const files = new Map([['jobimg.yml', spec], ['main.py', 'print(1)\n'], ...(await attack.files(poison))]);
  for (const [path, content] of files) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    const isProgram = typeof content === 'string' && content.startsWith('#!');
    await writeFile(file, content, { mode: isProgram ? 0o755 : 0o644 });
  }
  return root;
}
