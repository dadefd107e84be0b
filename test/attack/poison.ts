import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a hostile commit would have the machine start: each program leaves a file under its name. */
export interface Poison {
  /** A shell command that leaves this file; what follows it in the place where it is written does no harm. */
  command(name: string): string;
  /** A program that does. */
  program(name: string): string;
  /** The names of what was started. */
  started(): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function makePoison(): Promise<Poison> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-canaries-'));
  // Whoever starts it may leave its file.
  await chmod(folder, 0o777);
  return {
    command: (name) => `touch ${folder}/${name}; false #`,
    program: (name) => `#!/bin/sh\ntouch ${folder}/${name}\nexit 1\n`,
    started: () => readdir(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Every key of Git's configuration that names a program, or something that makes Git want one. */
export function gitConfig(poison: Poison, more = ''): string {
  const value = (name: string): string => JSON.stringify(poison.command(name));
  const alias = (name: string): string => JSON.stringify(`!${poison.command(name)}`);
  return `[core]
	repositoryformatversion = 1
	bare = false
	fsmonitor = ${value('fsmonitor')}
	sshCommand = ${value('ssh')}
	pager = ${value('pager')}
	editor = ${value('editor')}
	askPass = ${value('askpass')}
	gitProxy = ${value('proxy')}
	alternateRefsCommand = ${value('alternates')}
	attributesFile = attributes
	excludesFile = excludes
[extensions]
	partialClone = origin
	worktreeConfig = true
[remote "origin"]
	url = ssh://git@192.0.2.1/acme/train
	promisor = true
	partialclonefilter = blob:none
	uploadpack = ${value('upload-pack')}
[protocol]
	allow = always
[filter "poison"]
	clean = ${value('clean')}
	smudge = ${value('smudge')}
	process = ${value('process')}
	required = true
[diff]
	external = ${value('diff')}
[diff "poison"]
	command = ${value('diff-driver')}
	textconv = ${value('textconv')}
[merge "poison"]
	driver = ${value('merge')}
[credential]
	helper = ${alias('credential')}
[gpg]
	program = ${value('gpg')}
[alias]
	ls-files = ${alias('alias')}
	rev-parse = ${alias('alias')}
[pager]
	ls-files = ${value('pager')}
[sequence]
	editor = ${value('editor')}
[uploadpack]
	packObjectsHook = ${value('pack-objects')}
[submodule "sub"]
	update = ${alias('submodule')}
	url = ext::sh -c true
	active = true
${more}`;
}
