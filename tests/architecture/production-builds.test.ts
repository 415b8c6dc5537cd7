import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { distFolder, type Build } from '../../config/build-app'
import type { ToolBuild } from '../../config/tool-build'

/**
 * What is shipped to phones holds no secret, no address of a developer's machine and no constant that was forgotten.
 * Addresses of third parties that their code merely mentions are listed by name.
 */

const thirdPartyLiterals: Record<string, string> = {
  'http://www.w3.org/2000/svg': 'the namespace of our own drawings: a name, not an address that is called',
  'http://www.w3.org/1998/': 'preact: the beginning of the name of MathML',
  'http://www.w3.org/1999/xhtml': 'preact: the name of HTML',
  'https://taro.com': '@tarojs/runtime: the location that its browser-like objects pretend to have',
}

/** Ours: the merchant's address that the build was made for. */
const merchantAddress = 'https://shop.example'

const filesOf = (folder: string): string[] =>
  readdirSync(folder).flatMap((entry) => {
    const file = path.join(folder, entry)
    return statSync(file).isDirectory() ? filesOf(file) : [file]
  })

const readBuild = (build: Build | ToolBuild): { readonly name: string; readonly text: string }[] =>
  filesOf(distFolder(build)).map((file) => ({
    name: path.relative(distFolder(build), file).replace(/\\/g, '/'),
    text: readFileSync(file, 'utf8'),
  }))

/** What gives the simulated wallet away: its page, its words in both languages, its styles, and whom it calls. */
const traces: readonly RegExp[] = [
  /packages\/wallet/,
  /wallet__|wallet-simulated/,
  /开发者选项|应用内模拟/,
  /Developer choices/,
  /\/tools\//,
  /\/client\/(login|cashier|h5-page|check-wx-url)/,
  /checkmweb/,
  /127\.0\.0\.1/,
  /TARO_APP_WALLET|walletVisit/,
]

describe('the simulated wallet', () => {
  const tracesIn = (build: Build | ToolBuild): RegExp[] => {
    const files = readBuild(build)
    return traces.filter((trace) => files.some(({ name, text }) => trace.test(name) || trace.test(text)))
  }

  it.each(['weapp', 'qq', 'h5'] as const)('has left no trace in dist/%s', (build) => {
    expect(tracesIn(build)).toEqual([])
  })

  it.each(['devtools/weapp', 'devtools/qq'] as const)('is whole in dist/%s, where each trace can be found', (build) => {
    // The constant itself is replaced there as well.
    expect(tracesIn(build)).toEqual(traces)
  })

  it.each(['weapp', 'qq'])('cannot be built into a build of %s that could be shipped: one line says so', (target) => {
    const taro = path.resolve(__dirname, '../../node_modules/@tarojs/cli/bin/taro')
    const env = {
      ...process.env,
      NODE_ENV: 'production',
      TARO_APP_WALLET: 'simulated',
      TARO_OUTPUT_ROOT: '.cache/never',
    }
    const { status, stderr } = spawnSync(process.execPath, [taro, 'build', '--type', target], { env, encoding: 'utf8' })
    expect(status).toBe(1)
    const said = new RegExp(
      `^TARO_APP_WALLET=simulated is for development builds .* builds of ${target}: unset it`,
      'm',
    )
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

describe.each(['weapp', 'qq'] as const)('dist/%s', (build) => {
  const files = readBuild(build)
  const findings = (pattern: RegExp): string[] =>
    files.flatMap(({ name, text }) => [...text.matchAll(pattern)].map((match) => `${name}: ${match[0].slice(0, 120)}`))

  it('was built', () => expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['app.js', 'app.json'])))

  it('holds no constant that was not replaced', () => expect(findings(/process\.env(\.\w+)?/g)).toEqual([]))

  it('holds no address of this machine and none of the services', () => {
    expect(findings(/127\.0\.0\.1|localhost|0\.0\.0\.0|\b203\.0\.113\.\d+/g)).toEqual([])
    expect(
      findings(/api\.mch\.weixin|api\.q\.qq\.com|wx\.tenpay\.com|checkmweb|\/client\/cashier|\/control\//g),
    ).toEqual([])
  })

  it('holds no key, no certificate and no secret', () => {
    expect(findings(/-----BEGIN [A-Z ]+-----|apiV3Key|api_?v3_?key|app_?secret|private_?key/gi)).toEqual([])
  })

  it('talks to the merchant and mentions nobody who is not on the list', () => {
    const addresses = files.flatMap(({ text }) =>
      [...text.matchAll(/https?:\/\/[^\s"'`)\\]+/g)].map(([address]) => address),
    )
    const strays = addresses.filter(
      (address) =>
        !address.startsWith(merchantAddress) &&
        !Object.keys(thirdPartyLiterals).some((literal) => address.startsWith(literal)),
    )
    expect(strays).toEqual([])
    expect(addresses.some((address) => address.startsWith(merchantAddress))).toBe(true)
  })
})

describe('app.json', () => {
  const privateInfosOf = (build: Build | ToolBuild): unknown =>
    (JSON.parse(readFileSync(path.join(distFolder(build), 'app.json'), 'utf8')) as Record<string, unknown>)
      .requiredPrivateInfos

  it.each(['weapp', 'devtools/weapp'] as const)('of %s names the address book, which else never opens', (build) => {
    expect(privateInfosOf(build)).toEqual(['chooseAddress'])
  })

  it.each(['qq', 'devtools/qq'] as const)('of %s leaves out what QQ does not know', (build) => {
    expect(privateInfosOf(build)).toBeUndefined()
  })
})

/** Younger than the oldest engines of .browserslistrc, Chrome 80 and iOS 12.2. */
const tooYoung: Record<string, RegExp> = {
  'inset (Chrome 87, iOS 14.5)': /(?<![\w-])inset(-(block|inline)[\w-]*)?:/g,
  'aspect-ratio (Chrome 88, iOS 15)': /(?<![\w-])aspect-ratio:/g,
  'translate, rotate, scale as properties (Chrome 104, iOS 14.5)': /[{;\s](translate|rotate|scale):/g,
  'margins and paddings by direction (Chrome 87, iOS 14.5)': /(?<![\w-])(margin|padding)-(inline|block)(-\w+)?:/g,
  ':is() and :where() (Chrome 88, iOS 14)': /:(is|where)\(/g,
  ':focus-visible (Chrome 86, iOS 15.4)': /:focus-visible/g,
  'overflow: clip (Chrome 90, iOS 16)': /(?<![\w-])overflow(-[xy])?:\s*clip/g,
  'dvh, svh, lvh (Chrome 108, iOS 15.4)': /\d[dsl]v[hw](?!\w)/g,
}

describe.each(['weapp', 'qq', 'h5'] as const)('the style sheets of dist/%s', (build) => {
  const sheets = readBuild(build).filter(({ name }) => /\.(wxss|qss|css)$/.test(name))

  it('are there', () => expect(sheets.length).toBeGreaterThan(5))

  it.each(Object.entries(tooYoung))('have no %s', (_name, pattern) => {
    expect(sheets.flatMap(({ name, text }) => (text.match(pattern) ?? []).map((found) => `${name}: ${found}`))).toEqual(
      [],
    )
  })

  it('cover the page with a sheet on all four sides', () => {
    const [, sheet] = sheets.map(({ text }) => /\.sheet\{([^}]*)/.exec(text)).find((found) => found !== null) ?? []
    for (const side of ['top', 'right', 'bottom', 'left']) expect(sheet?.split(';')).toContain(`${side}:0`)
  })
})
