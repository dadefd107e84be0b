import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent, type OutgoingHttpHeaders } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { hasOnlyCode, messageOf, UserError } from '../../../../errors.ts';
import type { Credentials } from '../access.ts';
import { type Plugin, type PluginStatus, raced, runPlugin } from './plugin.ts';
import type { OwnUser } from './users.ts';

type AnyAgent = RequestOptions['agent'];

/** How a user proves who he is, beside what the official client reads. */
export interface UserFacts extends OwnUser {
  readonly plugin: Plugin | undefined;
}

/** What was given, and until when it holds: milliseconds since 1970. */
export interface Given {
  readonly credentials: Credentials;
  readonly expires: number | undefined;
}

/** `isRefused`: what was given last is not taken any more. */
type Ask = (isRefused: boolean, signal: AbortSignal) => Promise<Given>;

/** Asks for what a kubeconfig says of its user, now; connections are kept for as long as they would be made the same. */
export function createCredentials(config: KubeConfig, isPlain: boolean, user: UserFacts): Ask {
  const keep = createAgentKeeper(isPlain);
  const askPlugin = createPluginKeeper(user.plugin);
  const readToken = createTokenReader(user.tokenFile, config.getCurrentUser()?.token);
  return async (isRefused, signal) => {
    try {
      const given = await askPlugin(isRefused, signal);
      const options: RequestOptions = { ...given.options };
      await raced(config.applyToHTTPSOptions(options), signal);
      const token = await readToken();
      const { agent, auth, headers } = options;
      return {
        credentials: {
          agent: keep(agent),
          ...(auth == null ? {} : { auth }),
          headers: {
            ...(headers as OutgoingHttpHeaders),
            ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
            ...user.impersonation,
          },
        },
        expires: given.expires,
      };
    } catch (error) {
      throw noCredentials(error);
    }
  };
}

function noCredentials(error: unknown): UserError {
  if (hasOnlyCode(error, 'kubeconfig')) return error;
  return new UserError(`the kubeconfig gives no credentials: ${messageOf(error).trim()}`, {
    kind: 'unavailable',
    code: 'kubeconfig',
    hint: 'log in to the cluster again; "kubectl auth whoami" shows whether it worked',
    cause: error,
  });
}

interface PluginGiven {
  readonly options: RequestOptions & { readonly cert?: string; readonly key?: string };
  readonly expires: number | undefined;
}

/** As client-go has it: what a program gave is kept until it expires, or is refused. */
function createPluginKeeper(plugin: Plugin | undefined) {
  let kept: PluginGiven | undefined;
  return async (isRefused: boolean, signal: AbortSignal): Promise<PluginGiven> => {
    if (plugin === undefined) return { options: {}, expires: undefined };
    const isOver = kept?.expires !== undefined && kept.expires <= Date.now();
    if (kept === undefined || isRefused || isOver) kept = givenBy(await runPlugin(plugin, signal));
    return kept;
  };
}

function givenBy(status: PluginStatus): PluginGiven {
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status;
  const expires = Date.parse(expirationTimestamp ?? '');
  return {
    options: {
      ...(cert ? { cert } : {}),
      ...(key ? { key } : {}),
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    },
    expires: Number.isNaN(expires) ? undefined : expires,
  };
}

/** The file goes before a token that is written down; while it cannot be read, what it had last holds. */
function createTokenReader(file: string | undefined, written: string | undefined) {
  let last: string | undefined;
  return async (): Promise<string | undefined> => {
    if (file === undefined) return undefined;
    const hasOther = last !== undefined || Boolean(written);
    last = (await readNow(file, hasOther)) ?? last;
    return last;
  };
}

async function readNow(file: string, hasOther: boolean): Promise<string | undefined> {
  try {
    const token = (await readFile(file, 'utf8')).trim();
    if (token !== '') return token;
  } catch (error) {
    if (!hasOther) throw error;
  }
  if (!hasOther) throw new Error(`the file "${file}" has no token`);
  return undefined;
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
