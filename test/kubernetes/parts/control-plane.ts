import { join } from 'node:path';
import { accepts, answersHttp, answersTls } from './answers.ts';
import { upstreamServer } from './name-server.ts';
import type { Part, PartSettings } from './part.ts';

const SERVICE_RANGE = '10.0.0.0/24';
/** An address for documents (RFC 5737): it is told to nobody, because no Service leads to the API server. */
const ADVERTISED = '192.0.2.1';

export const controlPlane = {
  etcd,
  'kube-apiserver': apiServer,
  'kube-controller-manager': controllerManager,
  'kube-scheduler': scheduler,
  dns,
} satisfies Readonly<Record<string, (settings: PartSettings) => Part>>;

function etcd({ place, programs, ports }: PartSettings): Part {
  const data = ['-data-dir', join(place.state, 'etcd')];
  const listens = ['-client-port', `${ports.etcd}`, '-peer-port', `${ports.etcdPeer}`];
  return {
    argv: [programs.kubernetes, 'etcd', ...data, ...listens],
    ready: () => answersHttp(ports.etcd, '/health'),
  };
}

function apiServer({ place, programs, ports }: PartSettings): Part {
  const file = (name: string): string => join(place.pki, name);
  const flags = {
    'etcd-servers': `http://127.0.0.1:${ports.etcd}`,
    'bind-address': '127.0.0.1',
    'advertise-address': ADVERTISED,
    'endpoint-reconciler-type': 'none',
    'secure-port': ports.apiserver,
    'cert-dir': place.pki,
    'tls-cert-file': file('apiserver.crt'),
    'tls-private-key-file': file('apiserver.key'),
    'client-ca-file': file('ca.crt'),
    'token-auth-file': file('tokens.csv'),
    'kubelet-client-certificate': file('apiserver-to-kubelet.crt'),
    'kubelet-client-key': file('apiserver-to-kubelet.key'),
    'kubelet-certificate-authority': file('ca.crt'),
    'kubelet-preferred-address-types': 'Hostname',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': file('sa.pub'),
    'service-account-signing-key-file': file('sa.key'),
    'service-cluster-ip-range': SERVICE_RANGE,
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'allow-privileged': true,
    profiling: false,
  };
  return {
    argv: [programs.kubernetes, 'kube-apiserver', ...words(flags)],
    ready: () => answersTls(ports.apiserver, '/readyz', place.pki),
  };
}

function controllerManager({ place, programs, ports }: PartSettings): Part {
  const flags = {
    kubeconfig: join(place.pki, 'kube-controller-manager.kubeconfig'),
    'bind-address': '127.0.0.1',
    'secure-port': ports.controllerManager,
    'cert-dir': place.pki,
    'leader-elect': false,
    'use-service-account-credentials': true,
    'service-account-private-key-file': join(place.pki, 'sa.key'),
    'root-ca-file': join(place.pki, 'ca.crt'),
    // Its default is a folder of the machine, which it would make.
    'flex-volume-plugin-dir': join(place.state, 'volume-plugins'),
    profiling: false,
  };
  return {
    argv: [programs.kubernetes, 'kube-controller-manager', ...words(flags)],
    ready: () => accepts('127.0.0.1', ports.controllerManager),
  };
}

function scheduler({ place, programs, ports }: PartSettings): Part {
  const flags = {
    kubeconfig: join(place.pki, 'kube-scheduler.kubeconfig'),
    'bind-address': '127.0.0.1',
    'secure-port': ports.scheduler,
    'cert-dir': place.pki,
    'leader-elect': false,
    profiling: false,
  };
  return {
    argv: [programs.kubernetes, 'kube-scheduler', ...words(flags)],
    ready: () => accepts('127.0.0.1', ports.scheduler),
  };
}

/** On the address of the bridge, which belongs to this cluster alone. */
function dns({ place, programs, gateway }: PartSettings): Part {
  const kubeconfig = join(place.pki, 'admin.kubeconfig');
  const upstream = upstreamServer();
  const flags = ['-kubeconfig', kubeconfig, '-listen', `${gateway}:53`];
  return {
    argv: [programs.kubernetes, 'dns', ...flags, ...(upstream ? ['-upstream', upstream] : [])],
    ready: () => accepts(gateway, 53),
  };
}

function words(flags: Readonly<Record<string, string | number | boolean>>): readonly string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}
