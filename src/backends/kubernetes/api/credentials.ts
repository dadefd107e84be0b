import { Agent as HttpAgent } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { messageOf, UserError } from '../../../errors.ts';
import type { Credentials } from './access.ts';

type AnyAgent = RequestOptions['agent'];

/** Asks for what a kubeconfig says of its user, now; connections are kept for as long as they would be made the same. */
export function createCredentials(config: KubeConfig, isPlain: boolean): () => Promise<Credentials> {
  const keep = createAgentKeeper(isPlain);
  return async () => {
    const { agent, auth, headers } = await optionsOf(config);
    return {
      agent: keep(agent),
      ...(auth == null ? {} : { auth }),
      headers,
    };
  };
}

async function optionsOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
    return options;
  } catch (error) {
    throw new UserError(`the kubeconfig gives no credentials: ${messageOf(error).trim()}`, {
      kind: 'unavailable',
      code: 'kubeconfig',
      hint: 'log in to the cluster again; "kubectl auth whoami" shows whether it worked',
      cause: error,
    });
  }
}

function createAgentKeeper(isPlain: boolean): (agent: AnyAgent) => AnyAgent {
  let last: { readonly theirs: AnyAgent; readonly ours: AnyAgent } | undefined;
  return (theirs) => {
    if (last === undefined || !isSame(last.theirs, theirs))
      last = { theirs, ours: withConnectionsKept(theirs, isPlain) };
    return last.ours;
  };
}

function isSame(one: AnyAgent, other: AnyAgent): boolean {
  return one instanceof Agent && other instanceof Agent && isDeepStrictEqual(one.options, other.options);
}

const AGENT = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY } as const;

/**
 * The library makes agents that connect anew for each request, and read the certificates anew for each connection, which
 * takes half a megabyte; those of proxies stay as they are.
 */
function withConnectionsKept(agent: AnyAgent, isPlain: boolean): AnyAgent {
  if (agent instanceof Agent && agent.constructor === Agent) {
    const secureContext = createSecureContext(agent.options);
    return new Agent({ ...agent.options, ...AGENT, secureContext });
  }
  return isPlain && agent instanceof HttpAgent && agent.constructor === HttpAgent
    ? new HttpAgent(AGENT)
    : agent;
}
