import { spawn } from 'node:child_process'
import { CommandLineError, readCommandLine, runProgram } from '../mock-server/kit/command-line'
import { projectFile, projectFolder } from '../mock-server/kit/files'
import { BuildError, distFolder } from './build-app'
import { isToolBuild, localAddresses, targetOf, toolEnvironment, type ToolBuild } from './tool-build'

/** `npm run devtools:weapp` and `devtools:qq`: the app with the simulated wallet, built anew at each change. */

const usage = `Usage: npm run devtools:weapp [-- options]   the app with the simulated wallet, for WeChat DevTools
       npm run devtools:qq [-- options]      the same for QQ DevTools

  --port-base N   as npm start has it (default 4000)
  --help          this text
`

const tools = { weapp: 'WeChat DevTools (微信开发者工具)', qq: 'QQ DevTools (QQ 小程序开发者工具)' } as const
const lookMs = 3000

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') return void process.stdout.write(usage)
  const { build, portBase } = options
  const addresses = localAddresses(portBase)
  say(`building the app for ${tools[targetOf(build) as keyof typeof tools]}, until Ctrl-C …`)
  watchBench(addresses.bench)
  const child = spawn(
    process.execPath,
    [projectFile('node_modules/@tarojs/cli/bin/taro'), 'build', '--type', targetOf(build), '--watch'],
    {
      cwd: projectFolder,
      env: {
        ...process.env,
        ...toolEnvironment(build, addresses),
        // Taro sees a pipe, and would leave its colours out.
        ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
      },
      stdio: ['inherit', 'pipe', 'inherit'],
    },
  )
  // The terminal signals the child as well: the child ends first, this program after it.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill())
  let isBuilt = false
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk)
    if (isBuilt || !chunk.includes('built in')) return
    // Only now: a build says so much that whatever stood above it is gone.
    isBuilt = true
    say(guide(build, addresses.merchant))
  })
  await new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(new BuildError(`The build did not start: ${error.message}`)))
    child.on('close', (code) => {
      process.exitCode = code ?? 0
      resolve()
    })
  })
}

function guide(build: ToolBuild, merchant: string): string {
  return `
In ${tools[targetOf(build) as keyof typeof tools]}: import this folder as a project, with the test appid (测试号).
  ${distFolder(build)}
The app signs in and pays at the simulators of npm start; the merchant is ${merchant}.
The folder is built anew at each change of src, until Ctrl-C.
`
}

function readOptions(argv: readonly string[]): 'help' | { readonly build: ToolBuild; readonly portBase: number } {
  const { values, positionals } = readCommandLine({
    args: [...argv],
    allowPositionals: true,
    options: { 'port-base': { type: 'string', default: '4000' }, help: { type: 'boolean', default: false } },
  })
  if (values.help) return 'help'
  const build = `devtools/${positionals[0]}`
  const portBase = Number(values['port-base'])
  if (positionals.length !== 1 || !isToolBuild(build)) {
    throw new CommandLineError('Name one of weapp and qq. (--help lists what there is)')
  }
  if (!Number.isInteger(portBase) || portBase < 1 || portBase > 65_000) {
    throw new CommandLineError(
      `--port-base: expected a whole number from 1 to 65000, found ${values['port-base']}, e.g. 4000.`,
    )
  }
  return { build, portBase }
}

/** Says whether the simulators are there, now and whenever that changes. */
function watchBench(bench: string): void {
  let wasThere: boolean | null = null
  const look = async (): Promise<void> => {
    const isThere = await isAnswering(`${bench}/tools/weapp`)
    if (isThere !== wasThere) {
      if (!isThere) say(`npm start is not running (nobody answers at ${bench}): start it in another terminal.`)
      else if (wasThere === false) say(`npm start answers at ${bench}.`)
    }
    wasThere = isThere
    setTimeout(() => void look(), lookMs).unref()
  }
  void look()
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(lookMs) })).ok
  } catch {
    return false
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

runProgram(main, [BuildError])
