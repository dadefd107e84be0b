import type { Programs } from '../compile/programs.ts';
import type { Place } from './place.ts';
import type { Ports } from './ports.ts';

export const PARTS = [
  'mounts',
  'containerd',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'dns',
  'kubelet',
] as const;

export type PartName = (typeof PARTS)[number];

export interface PartSettings {
  readonly place: Place;
  readonly programs: Programs;
  readonly ports: Ports;
  readonly gateway: string;
  readonly node: string;
  readonly path: string;
}

export interface Part {
  readonly argv: readonly [file: string, ...args: string[]];
  readonly ready: () => Promise<boolean>;
}
