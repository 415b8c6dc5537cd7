import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import type { ServerProgram } from '../../config/servers/build'

const root = path.resolve(__dirname, '../..')

export interface Program {
  /** Addresses by the name that the table gives them. */
  readonly addresses: ReadonlyMap<string, string>
  /** Ends it as a power cut would. */
  killHard(): Promise<void>
  /** Ctrl-C. @returns the exit code, and all that it wrote */
  interrupt(): Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function launch(
  args: readonly string[],
  program: ServerProgram = 'local',
  nodeOptions: readonly string[] = [],
): { child: ChildProcess; output: () => Ended; ended: Promise<Ended> } {
  // Node 20 takes `--env-file` for itself, behind the program's name, too, unless `--` stands before that.
  const child = spawn(
    process.execPath,
    [...nodeOptions, '--', path.join(root, 'config/servers/run.cjs'), program, ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const output = (): Ended => ({ code: child.exitCode, stdout, stderr })
  const ended = new Promise<Ended>((resolve) => child.on('close', () => resolve(output())))
  return { child, output, ended }
}

/** Runs the program to its end: for what does not start. */
export async function runProgram(args: readonly string[]): Promise<Ended> {
  return launch(args).ended
}

const listPackages = ['--require', path.join(root, 'tests/support/list-packages.cjs')]

/** Runs a program to its end. @returns the packages that it loaded */
export async function packagesOf(program: ServerProgram, args: readonly string[]): Promise<readonly string[]> {
  return readPackages(await launch(args, program, listPackages).ended)
}

/** @param ended of a program that was started with `listsPackages` */
export function readPackages({ stderr }: Ended): readonly string[] {
  const [, names] = /^packages: (.*)$/m.exec(stderr) ?? []
  if (names === undefined) throw new Error(`It names no packages:\n${stderr}`)
  return names.split(' ').filter((name) => name !== '')
}

/** `npm run ctl -- …` */
export async function runCtl(args: readonly string[]): Promise<Ended> {
  return launch(args, 'ctl').ended
}

/** `npm run probe -- …` */
export async function runProbeProgram(args: readonly string[]): Promise<Ended> {
  return launch(args, 'probe').ended
}

/** Starts the program as a user does, and reads its table of addresses. @throws what it wrote, when it ends instead */
export async function startProgram(
  args: readonly string[],
  { listsPackages = false }: { readonly listsPackages?: boolean } = {},
): Promise<Program> {
  const { child, output, ended } = launch(args, 'local', listsPackages ? listPackages : [])
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => output().stdout.includes('Ctrl-C stops everything.') && resolve())
    void ended.then(({ stdout, stderr }) => reject(new Error(`It ended:\n${stdout}${stderr}`)))
  })
  const rows = output().stdout.matchAll(/^ {2}(\S.*?) {3,}(\S+)$/gm)
  const addresses = new Map([...rows].map(([, name, address]) => [name!, address!]))
  return {
    addresses,
    async killHard() {
      child.kill('SIGKILL')
      await ended
    },
    async interrupt() {
      child.kill('SIGINT')
      return ended
    },
  }
}
