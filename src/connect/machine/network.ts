import { readTextFile } from '../../io/fs/text-file.ts';
import { isNearby, loginsIn, networkOf, type RunNetwork } from '../../run/network/network.ts';
import type { ConnectContext } from '../context.ts';

/** What runs get of this machine to reach the network; without logins where somebody could read them on the way. */
export async function runNetwork(
  { caller, env, inputs, mask }: ConnectContext,
  isPrivate: boolean,
): Promise<RunNetwork> {
  const { gatherHostFacts } = await import('../../build/machine/facts.ts');
  const credentials = caller.rights.credentials && isPrivate;
  const [facts, mirrors] = await Promise.all([
    gatherHostFacts(env, { credentials }, (address) => !isNearby(address)),
    mirrorsOfFile(inputs.defaults),
  ]);
  const { certificates, pip, proxies } = facts;
  const network = networkOf({ certificates, pip: pip.whole, proxies, mirrors });
  mask(loginsIn(network), 'a login of this machine for a proxy or an index');
  return network;
}

async function mirrorsOfFile(path: string | undefined): Promise<ReadonlyMap<string, string>> {
  const text = path === undefined ? undefined : await readTextFile(path);
  if (path === undefined || text === undefined) return new Map();
  const { mirrorsOf } = await import('../../jobspec/layers/operator-fields.ts');
  return mirrorsOf({ path, text, format: 'jobimg' }).mirrors;
}
