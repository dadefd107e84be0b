import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { command } from '../../../engine/machine/command.ts';

export interface GitServer {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** The bare repositories, below their names. */
  readonly root: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Git's own server behind HTTP that lets in one login and no other: https://git-scm.com/docs/git-http-backend */
export async function startGitServer(login: string, repositories: GitRepositories): Promise<GitServer> {
  const root = await mkdtemp(join(tmpdir(), 'jobimg-git-'));
  for (const [name, repository] of Object.entries(repositories)) await makeRepository(root, name, repository);
  const expected = `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization === expected) void serve(root, request, response);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server has a port');
  return {
    host: `127.0.0.1:${address.port}`,
    root,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

interface GitRepository {
  readonly files: Readonly<Record<string, string>>;
  /** A submodule at this path, at the commit of another repository that was made before. */
  readonly submodule?: { readonly path: string; readonly of: string };
}

export type GitRepositories = Readonly<Record<string, GitRepository>>;

/** A bare repository with one commit on `main`, tagged `v1`. */
async function makeRepository(
  root: string,
  name: string,
  { files, submodule }: GitRepository,
): Promise<void> {
  const work = join(root, 'work', name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text);
  }
  const git = async (...words: readonly string[]): Promise<string> =>
    (await command('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], { cwd: work }))
      .stdout;
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  if (submodule !== undefined) {
    const commit = (await git('-C', join(root, submodule.of), 'rev-parse', 'v1')).trim();
    await git('update-index', '--add', '--cacheinfo', `160000,${commit},${submodule.path}`);
  }
  await git('commit', '--quiet', '--message=first');
  await git('tag', 'v1');
  await git('clone', '--quiet', '--bare', work, join(root, name));
}

/** A package of one module that setuptools builds. */
export function packageFiles(name: string, text: string): Readonly<Record<string, string>> {
  const module = name.replaceAll('-', '_');
  return {
    'pyproject.toml': `[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "${name}"\nversion = "1.0"\n[tool.setuptools]\npy-modules = ["${module}"]\n`,
    [`${module}.py`]: `TEXT = '${text}'\n`,
  };
}

/** Common Gateway Interface: https://www.rfc-editor.org/rfc/rfc3875 */
async function serve(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://git');
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(child.stdin);
  const pieces: Buffer[] = [];
  for await (const piece of child.stdout) pieces.push(piece as Buffer);
  const answer = Buffer.concat(pieces);
  const end = answer.indexOf('\r\n\r\n');
  const headers = answer.subarray(0, end).toString().split('\r\n');
  const fields = headers.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const status = fields.find(([field]) => field.toLowerCase() === 'status')?.[1] ?? '200';
  response.writeHead(Number.parseInt(status, 10), Object.fromEntries(fields)).end(answer.subarray(end + 4));
}
