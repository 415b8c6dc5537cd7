import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { distFolder, type Build } from '../../config/build-app'
import type { ToolBuild } from '../../config/tool-build'
import { findUnknownToQq } from '../../mock-server/device/pack/qq-app-json'

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
  const readJson = (build: Build | ToolBuild, name: string): Record<string, unknown> =>
    JSON.parse(readFileSync(path.join(distFolder(build), name), 'utf8')) as Record<string, unknown>

  it.each(['weapp', 'devtools/weapp'] as const)('of %s names the address book, which else never opens', (build) => {
    expect(readJson(build, 'app.json')['requiredPrivateInfos']).toEqual(['chooseAddress'])
  })

  it.each(['weapp', 'devtools/weapp'] as const)(
    'of %s lets a page load when it opens, as WeChat’s check asks',
    (build) => {
      expect(readJson(build, 'app.json')['lazyCodeLoading']).toBe('requiredComponents')
    },
  )

  it.each(['qq', 'devtools/qq'] as const)('of %s has keys and colours that QQ knows, and no other', (build) => {
    const json = readJson(build, 'app.json')
    expect(findUnknownToQq(json)).toEqual([])
    expect(json['window']).toMatchObject({ navigationBarBackgroundColor: '#F3F5F4', navigationBarTextStyle: 'black' })
    expect(readBuild(build).map(({ name }) => name)).not.toContain('theme.json')
  })

  it('of QQ alone has the page for a host that cannot open WeChat Pay', () => {
    const rootsOf = (build: Build): readonly string[] => {
      const { subPackages, subpackages } = readJson(build, 'app.json')
      return ((subPackages ?? subpackages) as readonly { readonly root: string }[]).map(({ root }) => root)
    }
    expect(rootsOf('weapp')).toEqual(['packages/shop'])
    expect(rootsOf('qq')).toEqual(['packages/shop', 'packages/web-view'])
    expect(readBuild('weapp').filter(({ name }) => name.startsWith('packages/web-view'))).toEqual([])
  })
})

/** Deep pages are carried on by a component. Hosts that know no `virtualHost` draw it between a row and its children. */
describe.each([
  ['weapp', 'base.wxml'],
  ['qq', 'base.qml'],
] as const)('the component that carries on deep pages of dist/%s', (build, template) => {
  const read = (name: string): string => readFileSync(path.join(distFolder(build), name), 'utf8')

  it('has no box of its own where it is drawn', () => {
    const drawn = read(template).match(/<comp [^>]*>/g) ?? []
    expect(drawn.length).toBeGreaterThan(0)
    for (const tag of drawn) expect(tag).toContain('style="display:contents"')
  })

  it('is reached by the styles of its page: WeChat reads that in its JSON, QQ in its script', () => {
    const inJson = JSON.parse(read('comp.json')) as Record<string, unknown>
    expect(inJson['styleIsolation']).toBe(build === 'weapp' ? 'apply-shared' : undefined)
    if (build === 'qq') expect(read('taro.js')).toContain('styleIsolation:"apply-shared"')
  })
})

it('WeChat’s tool compresses scripts, templates and style sheets when it uploads', () => {
  const { setting } = JSON.parse(readFileSync(path.join(distFolder('weapp'), 'project.config.json'), 'utf8')) as {
    readonly setting: Record<string, unknown>
  }
  expect(setting).toMatchObject({ minified: true, minifyWXML: true, minifyWXSS: true })
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

  it('leave no gap in a row: a row of Chrome before 84 and iOS before 14.5 has none', () => {
    const rows = sheets.flatMap(({ name, text }) =>
      [...text.matchAll(/([^{}]+)\{([^{}]*)\}/g)].flatMap(([, selector = '', body = '']) =>
        /(^|;)(row-|column-)?gap:/.test(body) && !/display:\s*grid/.test(body) ? [`${name}: ${selector}`] : [],
      ),
    )
    expect(rows).toEqual([])
  })

  it('cover the page with a sheet on all four sides', () => {
    const [, sheet] = sheets.map(({ text }) => /\.sheet\{([^}]*)/.exec(text)).find((found) => found !== null) ?? []
    for (const side of ['top', 'right', 'bottom', 'left']) expect(sheet?.split(';')).toContain(`${side}:0`)
  })
})

describe.each(['weapp', 'qq', 'devtools/weapp', 'devtools/qq'] as const)('the style sheets of dist/%s', (build) => {
  it('ask for no neighbour and no child: a host may draw an element between the two', () => {
    const asked = readBuild(build)
      .filter(({ name }) => /\.(wxss|qss)$/.test(name))
      .flatMap(({ name, text }) =>
        [...text.replace(/\([^()]*\)/g, '').matchAll(/([^{}]+)\{/g)].map(([, selector = '']) => `${name}: ${selector}`),
      )
      .filter((selector) => /[>+~]|:(first|last|only|nth)-/.test(selector))
    expect(asked).toEqual([])
  })
})
