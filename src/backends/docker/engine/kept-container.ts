import posix from 'node:path/posix';
import { messageOf } from '../../../errors.ts';
import { quoteFor } from '../../../jobspec/template/shell-quote.ts';
import type { KeptContainer } from '../../../run/types/result.ts';
import { dockerCommand } from '../../types/docker.ts';
import { type Docker, settle } from './docker.ts';

/** A container with outputs that nobody has; by its name it is known to whoever takes containers away. */
const KEPT = 'jobimg-kept-';

export function isKept(names: readonly string[]): boolean {
  return names.some((name) => name.replace(/^\//, '').startsWith(KEPT));
}

export interface KeepOptions {
  /** Of the container. */
  readonly name: string;
  /** The folder of it that the paths are relative to. */
  readonly from: string;
  readonly paths: readonly string[];
  /** Of the run; what is copied by hand goes into a new folder in it, and so over nothing. */
  readonly folder: string;
}

/** Gives the container a name under which the post step and later runs leave it alone; says how to get what is in it. */
export async function keepContainer(
  { name, from, paths, folder }: KeepOptions,
  docker: Docker,
): Promise<KeptContainer> {
  const kept = await rename(name, docker);
  const command = dockerCommand({ context: docker.context, engine: docker.engine.url });
  const copies = paths.map((path) => {
    const to = posix.join(folder, 'kept', posix.dirname(path));
    const source = quoteFor('none', `${kept}:${posix.join(from, path)}`);
    const target = quoteFor('none', to);
    return `mkdir -p ${target} && ${command} cp ${source} ${target}`;
  });
  return { name: kept, commands: [...copies, `${command} rm --volumes ${kept}`] };
}

async function rename(name: string, docker: Docker): Promise<string> {
  const to = name.replace(/^jobimg-/, KEPT);
  try {
    const path = `/containers/${encodeURIComponent(name)}/rename`;
    await settle(docker, { method: 'POST', path, query: { name: to } });
    return to;
  } catch (error) {
    docker.progress(`the container "${name}" keeps its name: ${messageOf(error)}`);
    return name;
  }
}
