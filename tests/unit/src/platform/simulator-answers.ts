import { answer } from '../../../support/taro/taro'

type Fields = Readonly<Record<string, unknown>>

/** A request to the simulators: path and body. */
export type Asked = readonly [path: string, data: unknown]

export const bench = 'http://127.0.0.1:4003'
export const tool = { appid: 'wx1', user: 'payer-1', wechat: 'http://127.0.0.1:4001', qq: 'http://127.0.0.1:4002' }

/**
 * Answers the phone's requests by a table: path to body, or to status and body. `null`: no answer. Paths that are not in the
 * table are answered 404.
 */
export function answerAs(table: Readonly<Record<string, Fields | readonly [number, Fields] | null>>): Asked[] {
  const asked: Asked[] = []
  answer('request', ({ url, data }) => {
    const { pathname } = new URL(String(url))
    asked.push([pathname, data])
    const found = table[pathname]
    if (found === null) throw { errMsg: 'request:fail ERR_CONNECTION_REFUSED' }
    if (found === undefined) return { statusCode: 404, data: {} }
    return isPair(found) ? { statusCode: found[0], data: found[1] } : { statusCode: 200, data: found }
  })
  return asked
}

function isPair(value: Fields | readonly [number, Fields]): value is readonly [number, Fields] {
  return Array.isArray(value)
}
