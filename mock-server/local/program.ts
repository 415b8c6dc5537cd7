import { assertBuilt, BuildError, buildStale, builds } from '../../config/build-app'
import { ConfigError, parseConfig, usage, type Config } from './config'
import { InstallationError } from './installation'
import { runProgram } from '../kit/command-line'
import { PortForbiddenError, PortTakenError } from '../kit/http/listen'
import { startLoop, type Loop } from './local-stack'

/** `npm start` and `npm run mock`: everything on this machine, until Ctrl-C. */

async function main(): Promise<void> {
  const config = parseConfig(process.argv.slice(2))
  if (config === 'help') return void process.stdout.write(usage)

  const stopping = new AbortController()
  // A second Ctrl-C during a slow stop ends at once: the handler is there only once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  if (config.command === 'start') {
    if (config.build) await buildStale(builds, say, stopping.signal)
    else assertBuilt(builds)
  }
  if (stopping.signal.aborted) return
  const loop = await startLoop(config)
  say(addressTable(config, loop))
  if (!stopping.signal.aborted) await new Promise((stop) => stopping.signal.addEventListener('abort', stop))
  say('\nstopping …')
  await loop.close()
  say('stopped')
}

function addressTable(config: Config, loop: Loop): string {
  const rows: (readonly [string, string])[] = [
    ...(config.command === 'start' ? [['both phones', `${loop.frontUrl}/bench`] as const] : []),
    ['shop in a browser', `${loop.merchantUrl}/`],
    ['merchant API', `${loop.merchantUrl}/api`],
    ['WeChat Pay', loop.wechatUrl],
    ['QQ', loop.qqUrl],
    ['operator API', loop.operatorUrl],
    ['control of WeChat', `${loop.wechatControl}/control`],
    ['control of QQ', `${loop.qqControl}/control`],
    ...(loop.tls
      ? ([
          ['real names, TLS', loop.tls.url],
          ['HTTPS proxy to them', loop.tls.proxy],
          ['CA to trust', loop.tls.caFile ?? `${loop.tls.proxy}/ca.pem`],
        ] as const)
      : []),
    ['keys and numbers', config.dataFolder === null ? '(kept in memory)' : `${config.dataFolder}/sdk.env`],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 3
  const lines = rows.map(([name, address]) => `  ${name.padEnd(width)}${address}`)
  return ['', ...lines, '', 'Ctrl-C stops everything.'].join('\n')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

runProgram(main, [ConfigError, BuildError, PortTakenError, PortForbiddenError, InstallationError])
