import Taro from '@tarojs/taro'
import { readRefusal } from './answers'
import { ApiError } from './api-error'

export interface HttpOptions {
  /** Origin of the merchant; empty for the page's origin. */
  readonly baseUrl: string
  /** Milliseconds until a call counts as lost. Default 10,000. */
  readonly timeoutMs?: number
}

export interface HttpCall {
  readonly method: 'GET' | 'POST'
  /** With its leading slash. */
  readonly path: string
  readonly body?: object
  readonly token?: string
}

/** Sends one call and returns the parsed JSON of a 2xx answer. Every other outcome is an ApiError. */
export type Http = (call: HttpCall) => Promise<unknown>

export function createHttp({ baseUrl, timeoutMs = 10_000 }: HttpOptions): Http {
  return async ({ method, path, body, token }) => {
    const header = {
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    }
    const answer = await sendRequest({
      url: `${baseUrl}${path}`,
      method,
      header,
      timeout: timeoutMs,
      dataType: 'json',
      ...(body ? { data: body } : {}),
    })
    // Hosts report success for every status, so the status is checked here.
    if (answer.statusCode >= 200 && answer.statusCode < 300) return answer.data
    throw readRefusal(answer.statusCode, answer.data)
  }
}

export interface HttpAnswer {
  readonly statusCode: number
  readonly data: unknown
}

/**
 * The only place that calls `Taro.request`. Returns every answer, whatever its status.
 * @throws ApiError `NETWORK` or `TIMEOUT`
 */
export async function sendRequest(option: Taro.request.Option): Promise<HttpAnswer> {
  try {
    const { statusCode, data } = await Taro.request<unknown>(option)
    return { statusCode, data }
  } catch (error) {
    const message = textOf(error)
    throw new ApiError(/time ?out/i.test(message) ? 'TIMEOUT' : 'NETWORK', `${option.url}: ${message}`, error)
  }
}

function textOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'errMsg' in error) return String(error.errMsg)
  return error instanceof Error ? error.message : String(error)
}
