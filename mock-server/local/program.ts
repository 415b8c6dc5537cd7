import { assertBuilt, BuildError, buildStale, builds } from '../../config/build-app'
import { ConfigError, parseConfig, usage, type Config } from './config'
import { InstallationError } from './installation'
import { runProgram } from '../kit/command-line'
import { PortForbiddenError, PortTakenError } from '../kit/http/listen'
import { startLocalStack, type LocalStack } from './local-stack'

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
  const stack = await startLocalStack(config)
  say(addressTable(config, stack))
  if (!stopping.signal.aborted) await new Promise((stop) => stopping.signal.addEventListener('abort', stop))
  say('\nstopping …')
  await stack.close()
  say('stopped')
}

function addressTable(config: Config, stack: LocalStack): string {
  const rows: (readonly [string, string])[] = [
    ...(config.command === 'start' ? [['both phones', `${stack.browserDoorUrl}/bench`] as const] : []),
    ['shop in a browser', `${stack.merchantUrl}/`],
    ['merchant API', `${stack.merchantUrl}/api`],
    ['WeChat Pay', stack.wechatUrl],
    ['QQ', stack.qqUrl],
    ['operator API', stack.operatorUrl],
    ['control of WeChat', `${stack.wechatControl}/control`],
    ['control of QQ', `${stack.qqControl}/control`],
    ...(stack.tls
      ? ([
          ['real names, TLS', stack.tls.url],
          ['HTTPS proxy to them', stack.tls.proxy],
          ['CA to trust', stack.tls.caFile ?? `${stack.tls.proxy}/ca.pem`],
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
