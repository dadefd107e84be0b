/** GitHub's REST API for one repository, as far as it is about workflow runs. */
export interface WorkflowApi {
  /** Throws for every status that is neither 200, 201, 202 nor 204, nor one of those that are expected. */
  call(request: ApiCall): Promise<ApiResponse>;
}

export interface ApiCall {
  readonly method: 'GET' | 'POST';
  /** Below the repository, with its query: `actions/runs/7`. */
  readonly path: string;
  readonly json?: unknown;
  readonly expect?: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it is sent once, because what it does is not undone by its failure. */
  readonly once?: boolean;
  /** The largest answer that is read, in bytes. */
  readonly limit?: number;
}

export interface ApiResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}
