import { basename } from 'node:path/posix';
import { UserError } from '../../../errors.ts';
import { at, type Node, type Path, plain } from '../../yaml/node.ts';
import { parseYaml } from '../../yaml/yaml.ts';

/** A kind of file that describes no job, and what a spec of ours would say in its place. */
export interface Known {
  /** As in `"x.yml" is a workflow of GitHub`. */
  readonly what: string;
  recognises(text: string, path: string): boolean;
  answer(path: string, text: string): Answer;
}

export interface Answer {
  /** Fields of a jobimg.yml, in their order. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly also?: string | undefined;
}

const RUN = 'python train.py';

export const KNOWN: readonly Known[] = [
  {
    what: 'a flow of Metaflow',
    recognises: (text, path) => path.endsWith('.py') && /\bFlowSpec\b/.test(text),
    answer: (path) => ({
      fields: { run: `python ${path} run`, image: { packages: ['metaflow'] } },
      also: 'Metaflow itself runs its steps in an image of jobimg with: run --with kubernetes:image=<the output "image">',
    }),
  },
  {
    what: 'a script',
    recognises: (_, path) => /\.(?:py|sh|R)$/.test(path),
    answer: (path) => ({ fields: { run: `${interpreterOf(path)} ${path}` } }),
  },
  {
    what: 'a Dockerfile',
    recognises: (text, path) =>
      /^(?:.*\.)?(?:Dockerfile|Containerfile)(?:\..*)?$/i.test(basename(path)) ||
      /^\s*(?:#[^\n]*\n\s*)*FROM \S/i.test(text),
    answer: (path, text) => ({ fields: { image: { dockerfile: path }, run: commandOf(text) ?? RUN } }),
  },
  {
    what: 'a workflow of GitHub',
    recognises: (text) =>
      /^["']?on["']?:/m.test(text) && /^jobs:/m.test(text) && /\b(?:runs-on|uses):/.test(text),
    answer: (_, text) => ({
      fields: { run: firstOf(text, ['jobs', '*', 'steps', '*', 'run']) ?? RUN },
      also: 'and call jobimg from a step of the workflow: uses: org/jobimg-action@v1',
    }),
  },
  {
    what: 'a file of Docker Compose',
    recognises: (text) => /^services:/m.test(text) && /^[ \t]+(?:image|build):/m.test(text),
    answer: (_, text) => composed(text),
  },
  {
    what: 'a run configuration of ZenML',
    recognises: (text) => /^settings:/m.test(text) && /^[ \t]+["']?docker["']?:/m.test(text),
    answer: (_, text) => zenml(text),
  },
  {
    what: 'a bundle or worksheet of CodaLab',
    recognises: (text) =>
      /^[ \t{]*["']?(?:request_docker_image|request_gpus|bundle_type)["']?:/m.test(text) ||
      /^(?:!?cl run\b|\[(?:run|dataset) [^\]\n]{0,200}\]\{0x|% (?:display|schema|addschema)\b)/m.test(text),
    answer: (_, text) => codalab(text),
  },
];

function interpreterOf(path: string): string {
  if (path.endsWith('.sh')) return 'bash';
  return path.endsWith('.py') ? 'python' : 'Rscript';
}

/** The last CMD of a Dockerfile, in words. */
function commandOf(text: string): string | undefined {
  const [, written] = [...text.matchAll(/^[ \t]*CMD[ \t]+([^\n]{1,1000})$/gim)].at(-1) ?? [];
  return written === undefined ? undefined : (wordsIn(written.trim()) ?? written.trim());
}

function wordsIn(text: string): string | undefined {
  const words = text.startsWith('[') ? nodeOf(text) : undefined;
  return words?.kind === 'list' ? words.items.map((word) => String(plain(word))).join(' ') : undefined;
}

function composed(text: string): Answer {
  const service = ['services', '*'];
  const image = firstOf(text, [...service, 'image']);
  const dockerfile = firstOf(text, [...service, 'build', 'dockerfile']) ?? 'Dockerfile';
  const run = firstOf(text, [...service, 'command']) ?? RUN;
  return { fields: image === undefined ? { image: { dockerfile }, run } : { image, run } };
}

function zenml(text: string): Answer {
  const docker = ['settings', 'docker'];
  const image = {
    base: firstOf(text, [...docker, 'parent_image']),
    dockerfile: firstOf(text, [...docker, 'dockerfile']),
    packages: listOf(text, [...docker, 'requirements']),
    requirements: firstOf(text, [...docker, 'requirements']),
    apt: listOf(text, [...docker, 'apt_packages']),
  };
  return {
    fields: { run: 'python run.py', image },
    also: 'ZenML itself takes an image of jobimg as "parent_image", with "skip_build: true"',
  };
}

function codalab(text: string): Answer {
  const [, shell] =
    /^!?cl run [^\n]*?(?:'([^'\n]{1,500})'|"([^"\n]{1,500})")/m.exec(text)?.filter(Boolean) ?? [];
  const [, option] = /--request-docker-image[ =](\S{1,200})/.exec(text) ?? [];
  const gpus = firstOf(text, ['request_gpus']) ?? firstOf(text, ['metadata', 'request_gpus']);
  return {
    fields: {
      image:
        option ??
        firstOf(text, ['request_docker_image']) ??
        firstOf(text, ['metadata', 'request_docker_image']),
      run: shell ?? firstOf(text, ['command']) ?? RUN,
      gpu: gpus === undefined || !/^[1-9]\d*$/.test(gpus) ? undefined : Number(gpus),
    },
    also: 'CodaLab itself takes an image of jobimg with --request-docker-image',
  };
}

/** The first text at a path, in which `*` is any key or item. */
function firstOf(text: string, path: readonly string[]): string | undefined {
  const root = nodeOf(text);
  const found = root === undefined ? [] : nodesAt(root, path);
  const [first] = found.flatMap((node) => (node.kind === 'text' ? [node.text.trim()] : []));
  return first === undefined || first === '' || first.includes('\n') ? undefined : first;
}

function listOf(text: string, path: Path): readonly string[] | undefined {
  const root = nodeOf(text);
  const list = root === undefined ? undefined : at(root, path);
  const items =
    list?.kind === 'list' ? list.items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])) : [];
  return items.length === 0 ? undefined : items;
}

function nodesAt(node: Node, [key, ...rest]: readonly string[]): readonly Node[] {
  if (key === undefined) return [node];
  if (key !== '*') {
    const found = at(node, [key]);
    return found === undefined ? [] : nodesAt(found, rest);
  }
  if (node.kind === 'list') return node.items.flatMap((item) => nodesAt(item, rest));
  return node.kind === 'map' ? [...node.entries.values()].flatMap(({ value }) => nodesAt(value, rest)) : [];
}

/** undefined where it is no YAML that can be read. */
function nodeOf(text: string): Node | undefined {
  try {
    return parseYaml(text, '');
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
