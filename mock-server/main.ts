import { assertBuilt, BuildError, buildStale, builds } from '../config/build-app'
import { ConfigError, parseConfig, usage } from './local/config'
import { FolderInUseError } from './local/data-folder'
import { InstallationError } from './local/installation'
import { runProgram } from './kit/command-line'
import { createHeldLog } from './kit/log-lines'
import { PortForbiddenError, PortTakenError } from './kit/http/listen'
import { startLocalStack, type LocalStack } from './local/local-stack'

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
  const log = createHeldLog(config.logLevel)
  const stack = await startLocalStack({ ...config, logger: log.logger }).catch((error: unknown) => {
    log.release()
    throw error
  })
  say(addressTable(stack))
  log.release()
  if (!stopping.signal.aborted) await new Promise((stop) => stopping.signal.addEventListener('abort', stop))
  say('\nstopping …')
  await stack.close()
  say('stopped')
}

function addressTable(stack: LocalStack): string {
  const rows: (readonly [string, string])[] = [
    ['bench, both phones', `${stack.browserDoorUrl}/bench`],
    ['console', `${stack.browserDoorUrl}/console`],
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
    ['keys and numbers', stack.sdkEnvFile],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 3
  const lines = rows.map(([name, address]) => `  ${name.padEnd(width)}${address}`)
  return ['', ...lines, '', 'Ctrl-C stops everything.'].join('\n')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

runProgram(main, [ConfigError, BuildError, PortTakenError, PortForbiddenError, InstallationError, FolderInUseError])
