import type { Registry } from '../../scripts/engine/registry.mjs';

/** A Secret with which the node may pull from the registry; a pod names it in `imagePullSecrets`. */
export function pullSecret(name: string, { host, username, password }: Registry): object {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    metadata: { name },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [host]: { auth } } }) },
  };
}
