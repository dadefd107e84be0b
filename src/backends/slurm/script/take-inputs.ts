import { LAST_INPUT } from '../../../io/inputs/moved-tar.ts';
import type { SlurmSite } from '../../../jobspec/job/sites.ts';
import { preamble } from './place.ts';

/** Where the inputs of a run are in its folder, `$r`, in the order of their folders. */
export function inputWord(index: number): string {
  return `"$r/inputs/${index}"`;
}

/** Inputs that are on the cluster, and wait for the folder of their run; `$d` is that one. */
export function broughtWord(token: string): string {
  return `"$b/.new-inputs-${token}-\${d##*/}"`;
}

/** The same of whoever brought them; a token has this many characters. */
export const ALL_BROUGHT = `"$b"/.new-inputs-${'?'.repeat(8)}-"\${d##*/}"`;

/** Whether the run is there already, and needs nothing any more. */
export function thereScript(site: SlurmSite, name: string): string {
  return `${preamble(site, name)}\n[ ! -e "$d" ] || say there yes`;
}

/** Takes a tar from its input, whole or not at all. Every user of a container may read what is in it. */
export function takeInputsScript(site: SlurmSite, name: string, token: string): string {
  return `exec 3<&0 </dev/null
${preamble(site, name)}
n=${broughtWord(token)}
mkdir -p "$b" && rm -rf "$n" && mkdir "$n" || exit 1
tar -xpof - -C "$n" <&3 && [ -e "$n/${LAST_INPUT}" ] || { rm -rf "$n"; exit 1; }`;
}
