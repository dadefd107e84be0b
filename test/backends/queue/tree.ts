import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embedTexts } from '../../../scripts/text-module.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const HERE = join(ROOT, 'test/backends/queue');

/** What the compiler says of a file. */
export interface Complaint {
  /** Relative to the repository. */
  readonly file: string;
  readonly message: string;
}

/** A copy of the sources, to which a backend is added as somebody would who reads CONTRIBUTING.md. */
export interface SourceTree {
  /** The name stands among the others. */
  addName(): Promise<void>;
  /** A row stands in each half of the table, in place of the one that was there. */
  setRows(rows: { readonly row: string; readonly connection: string }): Promise<void>;
  /** The files of the backend are there. */
  addFiles(): Promise<void>;
  /** What the compiler says of all of it. */
  compile(): readonly Complaint[];
  /** Where its modules are once it compiles. */
  readonly compiled: string;
  /** Starts them as `dist` does. */
  readonly dist: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export const WHOLE = { row: 'QUEUE_ROW', connection: 'QUEUE_CONNECTION' };
const NAMES = 'src/jobspec/job/backend-names.ts';
const TABLE = 'src/backends/types/table.ts';
const CONNECTIONS = 'src/connect/backends.ts';
/** Where each file of the backend stands in the sources. */
const PLACES = {
  options: 'src/backends/types/queue-options.ts',
  row: 'src/backends/types/queue.ts',
  backend: 'src/backends/queue/backend.ts',
  connection: 'src/connect/queue.ts',
} as const;

export async function copyOfSources(): Promise<SourceTree> {
  const root = await mkdtemp(join(tmpdir(), 'jobimg-sources-'));
  const [compiled, dist] = [join(root, 'compiled'), join(root, 'dist')];
  await cp(join(ROOT, 'src'), join(root, 'src'), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  await cp(join(ROOT, 'package.json'), join(root, 'package.json'));
  const compilerOptions = { rootDir: 'src', outDir: 'compiled', incremental: true };
  const config = { extends: join(ROOT, 'tsconfig.build.json'), compilerOptions, include: ['src'] };
  await writeFile(join(root, 'tsconfig.json'), JSON.stringify(config));
  await mkdir(dist);
  for (const name of ['action', 'post', 'cli']) {
    const code = `import { ${name} } from '../compiled/entries/entry.js';\n\nawait ${name}();\n`;
    await writeFile(join(dist, `${name}.js`), code);
  }

  /** Writes something before a text that has to be there. */
  async function insert(path: string, before: string, text: string): Promise<void> {
    const file = join(root, path);
    const code = await readFile(file, 'utf8');
    if (!code.includes(before)) throw new Error(`"${before}" is not in ${path}`);
    await writeFile(file, code.replace(before, `${text}${before}`));
  }

  async function setRow(path: string, before: string, row: string): Promise<void> {
    const file = join(root, path);
    const code = await readFile(file, 'utf8');
    await writeFile(file, code.replace(/^ {2}queue: .*\n/m, ''));
    await insert(path, before, `  queue: ${row},\n`);
  }

  return {
    compiled,
    dist,
    addName: () => insert(NAMES, '] as const', ", 'queue'"),
    async setRows({ row, connection }) {
      await setRow(TABLE, '  docker: DOCKER_ROW,\n', row);
      await setRow(CONNECTIONS, '  docker: DOCKER_CONNECTION,\n', connection);
    },
    async addFiles() {
      await mkdir(join(root, 'src/backends/queue'));
      for (const [name, place] of Object.entries(PLACES)) await add(name, join(root, place));
      await insert(TABLE, 'import', "import { QUEUE_ROW } from './queue.ts';\n");
      await insert(CONNECTIONS, 'import', "import { QUEUE_CONNECTION } from './queue.ts';\n");
    },
    compile() {
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      const words = ['-p', root, '--pretty', 'false', '--noEmitOnError'];
      const { status, stdout } = spawnSync(process.execPath, [tsc, ...words], {
        cwd: root,
        encoding: 'utf8',
      });
      if (status === 0) embedTexts(compiled, join(root, 'src'));
      return complaintsIn(stdout);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** From where a file of the backend stands here to where it stands there. */
async function add(name: string, to: string): Promise<void> {
  const code = await readFile(join(HERE, `${name}.ts`), 'utf8');
  const up = name === 'connection' ? '../' : '../../';
  const moved = code
    .replaceAll("'./options.ts'", "'./queue-options.ts'")
    .replaceAll("'./backend.ts'", "'../backends/queue/backend.ts'")
    .replaceAll('../../../src/', up);
  await writeFile(to, moved);
}

/** `src/a.ts(1,2): error TS1: what`, and what explains it below, further in. */
function complaintsIn(text: string): readonly Complaint[] {
  const found = [...text.matchAll(/^(.+?)\(\d+,\d+\): error TS\d+: (.+)$/gm)];
  return found.map(([, file = '', message = '']) => ({ file, message }));
}
