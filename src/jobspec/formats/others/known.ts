import { basename } from 'node:path/posix';
import { UserError } from '../../../errors.ts';
import { at, type Node, plain } from '../../yaml/node.ts';
import { parseYaml } from '../../yaml/yaml.ts';

/** A kind of file that describes no job, and what a spec of ours would say in its place. */
export interface Known {
  /** As in `"x.yml" is a workflow of GitHub`. */
  readonly what: string;
  recognises(text: string, path: string): boolean;
  /** Fields of a jobimg.yml, in their order; undefined: `jobimg convert` writes them. */
  readonly answer?: (path: string, text: string) => Fields;
  readonly also?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Characters of a file that are looked at. */
export const LONGEST_FILE = 65_536;
const RUN = 'python train.py';

const KNOWN: readonly Known[] = [
  {
    what: 'a flow of Metaflow',
    recognises: (text, path) => path.endsWith('.py') && /\bFlowSpec\b/.test(text),
  },
  {
    what: 'a program of ZenML',
    recognises: (text, path) =>
      path.endsWith('.py') &&
      /^\s*(?:from|import)\s+zenml\b/m.test(text) &&
      /@(?:\w+\.)?pipeline\b|\bDockerSettings\b/.test(text),
  },
  {
    what: 'a script',
    recognises: (_, path) => /\.(?:py|sh|R)$/.test(path),
    answer: (path) => ({ run: `${interpreterOf(path)} ${path}` }),
  },
  {
    what: 'a Dockerfile',
    recognises: (text, path) =>
      /^(?:.*\.)?(?:Dockerfile|Containerfile)(?:\..*)?$/i.test(basename(path)) ||
      /^\s*(?:#[^\n]*\n\s*)*FROM \S/i.test(text),
    answer: (path, text) => ({ image: { dockerfile: path }, run: commandOf(text) ?? RUN }),
  },
  {
    what: 'a workflow of GitHub',
    recognises: (text) =>
      /^["']?on["']?:/m.test(text) && /^jobs:/m.test(text) && /\b(?:runs-on|uses):/.test(text),
    answer: (_, text) => ({ run: firstOf(text, ['jobs', '*', 'steps', '*', 'run']) ?? RUN }),
    also: 'and call jobimg from a step of the workflow: uses: org/jobimg-action@v1',
  },
  {
    what: 'a file of Docker Compose',
    recognises: (text) => /^services:/m.test(text) && /^[ \t]+(?:image|build):/m.test(text),
    answer: (_, text) => composed(text),
  },
  {
    what: 'a run configuration of ZenML',
    recognises: (text) => /^settings:/m.test(text) && /^[ \t]+["']?docker["']?:/m.test(text),
    also: 'ZenML itself takes an image of jobimg as "parent_image", with "skip_build: true"',
  },
  {
    what: 'a bundle or worksheet of CodaLab',
    recognises: (text) =>
      /^[ \t{]*["']?(?:request_docker_image|request_gpus|bundle_type)["']?:/m.test(text) ||
      /^(?:!?cl run\b|\[(?:run|dataset) [^\]\n]{0,200}\]\{0x|% (?:display|schema|addschema)\b)/m.test(text),
    also: 'CodaLab itself takes an image of jobimg with --request-docker-image',
  },
];

export function knownOf(text: string, path: string): Known | undefined {
  const start = text.slice(0, LONGEST_FILE);
  return KNOWN.find((known) => known.recognises(start, path));
}

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

function composed(text: string): Fields {
  const service = ['services', '*'];
  const image = firstOf(text, [...service, 'image']);
  const dockerfile = firstOf(text, [...service, 'build', 'dockerfile']) ?? 'Dockerfile';
  const run = firstOf(text, [...service, 'command']) ?? RUN;
  return image === undefined ? { image: { dockerfile }, run } : { image, run };
}

/** The first text at a path, in which `*` is any key or item. */
function firstOf(text: string, path: readonly string[]): string | undefined {
  const root = nodeOf(text);
  const found = root === undefined ? [] : nodesAt(root, path);
  const [first] = found.flatMap((node) => (node.kind === 'text' ? [node.text.trim()] : []));
  return first === undefined || first === '' || first.includes('\n') ? undefined : first;
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
