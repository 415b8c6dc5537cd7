import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'

/** miniprogram-ci, some 1,100 packages: it has a lock of its own here and is installed below `.cache`, only when asked for. */

const files = ['package.json', 'package-lock.json', '.npmrc'] as const
const folder = path.resolve(__dirname, '../../../.cache/witness/wechat-checks')
/** Made last, and holds the lock by which all was installed. */
const complete = path.join(folder, 'installed-lock.json')
const lock = path.join(__dirname, 'package-lock.json')

/** Where it is installed; null where it is not, or where the lock says otherwise by now. */
export function installedChecks(): string | null {
  const isThere = existsSync(complete) && readFileSync(complete, 'utf8') === readFileSync(lock, 'utf8')
  return isThere ? folder : null
}

/** Installs it where it is not. @throws Error where npm fails, which says why on standard error */
export async function installChecks(report: (line: string) => void): Promise<void> {
  if (installedChecks() !== null) return
  const started = Date.now()
  report('installing miniprogram-ci below .cache …')
  mkdirSync(folder, { recursive: true })
  rmSync(complete, { force: true })
  for (const name of files) copyFileSync(path.join(__dirname, name), path.join(folder, name))
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  await new Promise<void>((resolve, reject) => {
    npm.on('error', reject)
    npm.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`miniprogram-ci: npm ci ended with ${code}.`)),
    )
  })
  copyFileSync(lock, complete)
  report(`installed miniprogram-ci in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
