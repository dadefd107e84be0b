/** The machines that one run has; they meet over the network of their cluster. */
export interface Nodes {
  readonly count: number;
  /** Whose outputs are collected. */
  readonly outputs: 'first' | 'all';
}
