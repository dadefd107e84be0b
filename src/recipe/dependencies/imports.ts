import { PACKAGE_OF_MODULE } from '../../data/modules.ts';
import type { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { Command, Job } from '../../jobspec/job/job.ts';
import { startedScripts } from './script/script.ts';

/** Installs something when the run has begun, or runs in another environment. */
const BRINGS_OWN =
  /\b(?:pip3?|uv|uvx|pipx|poetry|pdm|hatch|conda|mamba|micromamba|pixi|apt(?:-get)?|activate|PYTHONPATH)\b/;

export interface Import {
  readonly module: string;
  readonly package: string;
  /** From 1. */
  readonly line: number;
}

/** Says of a job whose image has Python alone which packages its program will miss. */
export function warnOfImports({ command, env }: Job, tree: Tree, findings: Findings): void {
  if (bringsOwn(command) || env.has('PYTHONPATH')) return;
  for (const path of startedScripts(command)) {
    const imports = importedPackages(path, tree);
    const [first] = imports;
    if (first === undefined) continue;
    const modules = imports.map(({ module }) => module).join(', ');
    findings.warning('missing-package', `${path} imports ${modules}, and the image has Python alone`, {
      hint: `write image: { packages: [${packagesOf(imports).join(', ')}] }, or a requirements.txt`,
      at: { file: path, line: first.line },
    });
  }
}

function bringsOwn(command: Command): boolean {
  const texts = command.kind === 'shell' ? command.lines : command.words;
  return texts.flat().some((part) => typeof part === 'string' && BRINGS_OWN.test(part));
}

export function packagesOf(imports: readonly Import[]): readonly string[] {
  return imports.map((one) => one.package);
}

/** Packages that a program needs to begin: those that it imports in no function, no branch and no `try`. */
export function importedPackages(path: string, tree: Tree): readonly Import[] {
  const text = tree.has(path) ? tree.text(path) : undefined;
  if (text === undefined) return [];
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const found = new Map<string, Import>();
  for (const [index, line] of withoutTexts(text).split('\n').entries()) {
    for (const module of modulesOf(line)) {
      const name = PACKAGE_OF_MODULE.get(module);
      if (name === undefined || found.has(module) || isOwn(module, folder, tree)) continue;
      found.set(module, { module, package: name, line: index + 1 });
    }
  }
  return [...found.values()];
}

/** Lines stay where they are. */
function withoutTexts(program: string): string {
  return program.replace(/("""|''')[\s\S]*?\1/g, (text) => text.replace(/[^\n]/g, ''));
}

/** Of a line that is not indented: https://docs.python.org/3/reference/simple_stmts.html#import */
function modulesOf(line: string): readonly string[] {
  const from = /^from[ \t]+(\w+)[\w.]*[ \t]+import\b/.exec(line)?.[1];
  if (from !== undefined) return [from];
  const listed = /^import[ \t]+([^#;]+)/.exec(line)?.[1] ?? '';
  return listed.split(',').flatMap((one) => /^\s*(\w+)/.exec(one)?.[1] ?? []);
}

/** A file or folder of the repository, beside the program or in the folder that it starts in. */
function isOwn(module: string, folder: string, tree: Tree): boolean {
  return [folder, ''].some(
    (place) => tree.has(`${place}${module}.py`) || tree.list(place.replace(/\/$/, '')).includes(module),
  );
}
