import { CtlError } from './find-env'
import type { Json } from './servers'
import { list, parseSeconds, text, toTable, type Said, type Verb } from './verb'

const certificateActions = ['revoke', 'expire', 'replace', 'restore']

/** Keys that change, and how often a merchant may call. */
export const keyVerbs: Readonly<Record<string, Verb>> = {
  rotate: {
    usage: 'rotate [OVERLAP]',
    does: 'adds a new platform certificate, which signs after OVERLAP (default 24h; 0s: at once)',
    async run(servers, [overlap]) {
      const seconds = overlap === '0s' ? 0 : overlap === undefined ? undefined : parseSeconds(overlap, 'rotate')
      const body = seconds === undefined ? {} : { overlap_seconds: seconds }
      const json = await servers.control('POST', '/platform/rotate', body)
      const rows = list(json, 'certificates').map((one) => [
        text(one['serial_no']),
        one['signs'] === true ? 'yes' : 'no',
        text(one['signs_from'] ?? '-'),
        text(one['expire_time']),
      ])
      return { json, text: toTable(['serial_no', 'signs', 'from', 'ends'], rows) }
    },
  },
  certificate: {
    usage: `certificate ${certificateActions.join('|')}`,
    does: "ends the merchant's certificate, issues a new one (key printed once), or restores the first",
    async run(servers, [action], env) {
      if (action === undefined || !certificateActions.includes(action))
        throw new CtlError(
          `certificate: expected one of ${certificateActions.join(', ')}, found ${action ?? 'nothing'}.`,
        )
      const json = await servers.control('POST', `/merchants/${env.get('MCHID')}/certificate`, { action })
      const rows = list(json, 'certificates').map((one) => [
        text(one['serial_no']),
        text(one['state']),
        text(one['expire_time']),
      ])
      const fresh = [json['private_key'], json['certificate']].filter((pem) => pem !== undefined).map(text)
      return { json, text: [toTable(['serial_no', 'state', 'ends'], rows), ...fresh].join('\n').trimEnd() }
    },
  },
  rates: {
    usage: 'rates [FAMILY=N]',
    does: 'shows or limits the calls per second of a merchant, by kind; N is a number or off',
    async run(servers, [setting]) {
      if (setting === undefined) return showRates(await servers.control('GET', '/rate-limits'))
      const [, family, rate] = /^([a-z-]+)=(\d+(?:\.\d+)?|off)$/.exec(setting) ?? []
      if (family === undefined)
        throw new CtlError(
          `rates: expected FAMILY=N or FAMILY=off, found ${setting}. The families: npm run ctl -- rates`,
        )
      const per_second = rate === 'off' ? null : Number(rate)
      return showRates(await servers.control('PUT', `/rate-limits/${family}`, { per_second }))
    },
  },
}

function showRates(json: Json): Said {
  const rows = list(json, 'rate_limits').map((one) => [text(one['family']), text(one['per_second'] ?? 'off')])
  return { json, text: toTable(['calls', 'a second'], rows) }
}
