import { ConfigError } from '../local/config'
import { runProgram } from '../kit/command-line'
import { projectFile } from '../kit/files'
import { readAppBuilds } from './app-builds'
import { prepare, toLines, usageOf } from './program'
import { SecretError } from '../kit/secrets'

/** `npm run doctor`: tells whether a configuration is fit to take real money. Exit code 1 where a finding is grave. */

function main(): void {
  const prepared = prepare(process.argv.slice(2), readAppBuilds(projectFile('dist')))
  if (prepared === 'help') {
    return void process.stdout.write(
      usageOf('Usage: npm run doctor [-- options]   is this configuration fit to go live?'),
    )
  }
  const { findings, isJson } = prepared
  const grave = findings.filter(({ level }) => level === 'grave').length
  if (isJson) process.stdout.write(`${JSON.stringify({ findings, grave })}\n`)
  else process.stdout.write(`${toLines(findings)}\n\n${verdict(grave)}\n`)
  process.exitCode = grave === 0 ? 0 : 1
}

function verdict(grave: number): string {
  if (grave > 0) return `${grave} grave: mend ${grave === 1 ? 'it' : 'them'} before going live.`
  return `Nothing grave. Not to be seen from here: that the appid is bound to the merchant, the H5 domain and the
notify address are registered, and, for QQ, that the merchant is bound in QQ's console (9030) and WeChat Pay opened (9032).`
}

runProgram(main, [ConfigError, SecretError])
