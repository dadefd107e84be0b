import http from 'node:http';
import https from 'node:https';
import { SshAgent } from '../ssh/agent.ts';
import type { EngineHost } from './host.ts';

/** Begins a request, on whatever connection leads there. */
export type Open = (options: http.RequestOptions) => http.ClientRequest;

export function createOpener(host: EngineHost): Open {
  if (host.ssh === undefined) return (options) => open(host, { ...options, agent: false });
  const agent = new SshAgent(host.ssh.address, host.ssh.env);
  return (options) => http.request({ ...options, agent, host: 'docker' });
}

/** Each request has a connection of its own: to a local engine it costs nothing, and none can be stale. */
function open(host: EngineHost, options: http.RequestOptions): http.ClientRequest {
  const url = new URL(host.url);
  if (url.protocol === 'unix:')
    return http.request({ ...options, socketPath: decodeURIComponent(url.pathname), host: 'docker' });
  if (url.protocol === 'npipe:')
    return http.request({
      ...options,
      socketPath: host.url.slice('npipe:'.length).replaceAll('/', '\\'),
      host: 'docker',
    });
  const address = {
    ...options,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (host.tls ? 2376 : 2375),
  };
  if (host.tls === undefined) return http.request(address);
  const { ca, cert, key, unchecked } = host.tls;
  return https.request({ ...address, ca, cert, key, rejectUnauthorized: unchecked !== true });
}
