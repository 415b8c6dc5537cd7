import { callJson, type Answer } from './merchant-client'
import type { WechatWorld } from './wechat-world'

/** A mini program's server as api.weixin.qq.com sees it. */
export interface MiniProgram {
  readonly credentials: Readonly<Record<string, string>>
  /** A code of `wx.login`. */
  login(user?: string): Promise<string>
  phoneCode(user?: string): Promise<string>
  exchange(code: string, over?: Readonly<Record<string, string | undefined>>): Promise<Answer>
  plainToken(over?: Readonly<Record<string, string | undefined>>): Promise<Answer>
  stableToken(over?: object): Promise<Answer>
  /** A token that works. */
  token(): Promise<string>
  get(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<Answer>
  post(path: string, accessToken: string | undefined, body: unknown): Promise<Answer>
}

export function createMiniProgram(world: WechatWorld, index = 0): MiniProgram {
  const { appid, secret } = world.wechat.apps[index]!
  const base = (): string => world.wechat.url
  const client = async (path: string, user: string): Promise<string> => {
    const { json } = await callJson('POST', base() + path, { appid, user })
    return String(json['code'])
  }
  const app: MiniProgram = {
    credentials: { appid, secret },
    login: (user = 'payer-1') => client('/client/login', user),
    phoneCode: (user = 'payer-1') => client('/client/phone-code', user),
    exchange: (js_code, over = {}) =>
      app.get('/sns/jscode2session', { appid, secret, js_code, grant_type: 'authorization_code', ...over }),
    plainToken: (over = {}) => app.get('/cgi-bin/token', { grant_type: 'client_credential', appid, secret, ...over }),
    stableToken: (over = {}) =>
      callJson('POST', `${base()}/cgi-bin/stable_token`, { grant_type: 'client_credential', appid, secret, ...over }),
    token: async () => String((await app.stableToken()).json['access_token']),
    get(path, query = {}) {
      const filled = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined)
      return callJson('GET', `${base()}${path}?${new URLSearchParams(filled)}`)
    },
    post: (path, accessToken, body) =>
      callJson('POST', `${base()}${path}${accessToken === undefined ? '' : `?access_token=${accessToken}`}`, body),
  }
  return app
}
