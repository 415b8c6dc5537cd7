import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSdkEnv } from '../../mock-server/kit/sdk-env'
import { runCtl, runProgram } from '../support/program'
import { useProgramFolder } from '../support/program-folder'
import { writeKeys } from '../support/shared/shared'

// Windows has no Ctrl-C that another process can send.
const itOnPosix = process.platform === 'win32' ? it.skip : it

describe('a data folder', () => {
  const place = useProgramFolder()
  const { start } = place
  const envFile = () => path.join(place.folder, 'sdk.env')

  it('has one server at a time: a second start names the first and leaves its sdk.env alone', async () => {
    await writeKeys(place.folder)
    const first = await start('--data', place.folder)
    const before = readFileSync(envFile(), 'utf8')
    const second = await runProgram(['mock', '--port-base', '0', '--data', place.folder])
    expect(second).toMatchObject({ code: 1, stdout: '' })
    expect(second.stderr.trim().split('\n')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${place.folder} is in use by process \\d+, started \\S+, bench ${first.addresses.get('bench, both phones')}\\. Stop it, or`,
        ),
      ),
    ])
    expect(readFileSync(envFile(), 'utf8')).toBe(before)
  })

  it('is free at once after kill -9', async () => {
    await writeKeys(place.folder)
    await (await start('--data', place.folder)).killHard()
    expect(existsSync(path.join(place.folder, 'running.json'))).toBe(true)
    expect(await runCtl(['trades', '--data', place.folder])).toMatchObject({
      code: 1,
      stderr: `No servers run on ${place.folder}. Start the servers: npm start, or npm run mock.\n`,
    })
    await start('--data', place.folder)
    expect(await runCtl(['trades', '--data', place.folder])).toMatchObject({ code: 0, stdout: '(none yet)\n' })
  })

  itOnPosix('of --memory is temporary: it has the keys, ctl finds it, and Ctrl-C removes it', async () => {
    const program = await start('--memory', '--tls')
    const file = program.addresses.get('keys and numbers')!
    const env = parseSdkEnv(readFileSync(file, 'utf8'))
    for (const name of ['MERCHANT_KEY_FILE', 'PLATFORM_PUBKEY_FILE', 'CA_FILE'])
      expect(readFileSync(env.get(name)!, 'utf8')).toMatch(/^-----BEGIN/)
    expect((await runCtl(['trades', '--env-file', file])).stdout).toBe('(none yet)\n')
    const portBase = Number(new URL(program.addresses.get('console')!).port) - 3
    expect((await runCtl(['trades', '--port-base', String(portBase)])).stdout).toBe('(none yet)\n')
    expect((await program.interrupt()).code).toBe(0)
    expect(existsSync(path.dirname(file))).toBe(false)
    expect(await runCtl(['trades', '--port-base', String(portBase)])).toMatchObject({
      code: 1,
      stderr: `No servers answer at http://127.0.0.1:${portBase + 3}. Start the servers: npm start, or npm run mock.\n`,
    })
  })

  it('that is not named is looked for where servers usually are', async () => {
    const two = await runCtl(['trades', '--data', place.folder, '--port-base', '4000'])
    expect(two).toMatchObject({
      code: 1,
      stderr: '--data, --port-base and --env-file each say where the servers are: give one.\n',
    })
    const wrong = await runCtl(['trades', '--port-base', 'x'])
    expect(wrong).toMatchObject({
      code: 1,
      stderr: '--port-base: expected a whole number from 1 to 65000, found x, e.g. 4000.\n',
    })
    const gone = await runCtl(['trades', '--env-file', path.join(place.folder, 'gone')])
    expect(gone.stderr).toMatch(/gone is not there\. The servers print where it is when they start\.\n$/)
  })

  itOnPosix('and every address stand above the first line of the log, which goes to standard error', async () => {
    await writeKeys(place.folder)
    const command = 'exec node config/servers/run.cjs local mock --port-base 0 --data "$0" 2>&1'
    const child = spawn('sh', ['-c', command, place.folder], {
      cwd: path.resolve(__dirname, '../..'),
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('Server listening')) child.kill('SIGINT')
    })
    await new Promise((resolve) => child.on('close', resolve))
    const lines = output.trim().split('\n')
    const table = lines
      .slice(
        0,
        lines.findIndex((line) => line.startsWith('Ctrl-C')),
      )
      .map((line) => line.trim().split('   ')[0])
    expect(table).toEqual(
      expect.arrayContaining(['bench, both phones', 'console', 'shop in a browser', 'keys and numbers']),
    )
    expect(lines.findIndex((line) => line.startsWith('{'))).toBeGreaterThan(table.length)
  })
})
