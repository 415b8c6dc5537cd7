import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserServer,
  type LaunchOptions,
} from 'playwright-core'

/** Where Chrome, Chromium and Edge install themselves. The first that is there is used. */
const installed: Record<string, readonly string[]> = {
  linux: [
    '/usr/bin/google-chrome',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/snap/bin/chromium',
    '/usr/bin/microsoft-edge',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [process.env['ProgramFiles'], process.env['ProgramFiles(x86)'], process.env['LOCALAPPDATA']].flatMap((base) =>
    base === undefined
      ? []
      : [
          path.join(base, 'Google/Chrome/Application/chrome.exe'),
          path.join(base, 'Microsoft/Edge/Application/msedge.exe'),
        ],
  ),
}

interface Found {
  readonly executablePath: string
  readonly env: Record<string, string>
}

/**
 * Finds a browser: `BROWSER_PATH`, an installed Chrome, Chromium or Edge, else the Chromium that comes inside an npm
 * package (Linux x64 only).
 * @throws with the mend when there is none
 */
export async function findBrowser(): Promise<Found> {
  const named = process.env['BROWSER_PATH']
  if (named !== undefined) {
    if (existsSync(named)) return { executablePath: named, env: {} }
    throw new Error(`BROWSER_PATH names ${named}, which is not there.`)
  }
  const found = (installed[process.platform] ?? []).find((file) => existsSync(file))
  if (found !== undefined) return { executablePath: found, env: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackBundled()
  throw new Error('No browser found. Install Chrome or Edge, or name one with BROWSER_PATH.')
}

async function unpackBundled(): Promise<Found> {
  // With this set the package also unpacks the libraries (NSS, NSPR) that a bare machine lacks.
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs20.x'
  const { default: bundled } = await import('@sparticuz/chromium')
  const executablePath = await bundled.executablePath()
  const libraries = path.join(tmpdir(), 'al2023', 'lib')
  const inherited = process.env['LD_LIBRARY_PATH']
  return {
    executablePath,
    // The package brings a few Latin fonts and points fontconfig at them; the machine's own, where it has any, know Chinese.
    env: {
      ...(existsSync('/etc/fonts/fonts.conf') && { FONTCONFIG_PATH: '/etc/fonts' }),
      LD_LIBRARY_PATH: inherited === undefined ? libraries : `${libraries}:${inherited}`,
    },
  }
}

async function launchOptions(): Promise<LaunchOptions> {
  const { executablePath, env } = await findBrowser()
  const isRoot = process.getuid?.() === 0
  return {
    executablePath,
    env: { ...process.env, ...env } as Record<string, string>,
    args: ['--disable-background-networking', '--disable-component-update', ...(isRoot ? ['--no-sandbox'] : [])],
  }
}

/** Starts a headless browser with its web security on, or the Referer and CORS tests could not fail. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch(await launchOptions())
}

/** The same, for other processes to connect to. */
export async function launchBrowserServer(): Promise<BrowserServer> {
  return chromium.launchServer({ ...(await launchOptions()), host: '127.0.0.1' })
}

/** Of each wait for a page. For failure only: no machine is this slow. */
export const deadlineMs = 60_000

/** A context of its own, as large as a phone where nothing else is said. */
export async function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN', ...options })
  context.setDefaultTimeout(deadlineMs)
  return context
}
