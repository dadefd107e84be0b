import type { ApiRequest, ApiResponse } from '../../../github/api.ts';

/** GitHub's REST API for one repository, as far as it is about workflow runs. */
export interface WorkflowApi {
  /** Throws for every status that is neither 200, 201, 202 nor 204, nor one of those that are expected. */
  call(request: ApiCall): Promise<ApiResponse>;
}

export interface ApiCall extends Omit<ApiRequest, 'method' | 'accept'> {
  readonly method: 'GET' | 'POST';
}
