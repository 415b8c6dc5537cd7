import type { Plugin } from 'vite'
import { miniComponents, promisedCalls } from './mini-surface'

/** Styles that components set one by one; all others come from classes. Custom properties need no entry. */
const ownStyles = ['width']

type Cut = readonly [piece: RegExp, by: string]

/** A file whose whole content is replaced. */
const whole = (by: string): Cut => [/^[\s\S]*$/, by]

const noOwnComponents: Cut = [/mergeInternalComponents\(components(\$1)?\);/g, '']
const noOwnCalls: Cut = [/const (needPromiseApis|asyncApis) = new Set\(\[[\s\S]*?\]\);/g, 'const $1 = [];']

/**
 * What is taken out of the packages that become `taro.js`, by file. A mini program has one address bar (the host's) and
 * no links: the browser-like location, history and URL are never asked for anything.
 */
const cuts: Readonly<Record<string, readonly Cut[]>> = {
  '@tarojs/shared/dist/components.js': [
    [/^[\s\S]*?(?=const controlledComponent)/, componentsHead()],
    [/\banimation, |\btouchEvents, |\bsingleQuote, /g, ''],
  ],
  '@tarojs/shared/dist/native-apis.js': [
    [
      /const needPromiseApis = new Set\(\[[\s\S]*?\]\);/,
      `const needPromiseApis = new Set(${JSON.stringify(promisedCalls)});`,
    ],
  ],
  '@tarojs/plugin-platform-weapp/dist/runtime.js': [noOwnComponents, noOwnCalls],
  '@tarojs/plugin-platform-qq/dist/runtime.js': [noOwnComponents, noOwnCalls],
  '@tarojs/runtime/dist/dom/style_properties.js': [
    whole(`export const styleProperties = ${JSON.stringify(ownStyles)}`),
  ],
  '@tarojs/runtime/dist/dom/anchor-element.js': [
    whole("import { TaroElement } from './element.js'\nexport class AnchorElement extends TaroElement {}"),
  ],
  '@tarojs/runtime/dist/perf.js': [whole('export const perf = { start() {}, stop() {}, parseTime() {} }')],
  '@tarojs/runtime/dist/bom/location.js': [whole('export class Location { trigger() {} }')],
  '@tarojs/runtime/dist/bom/history.js': [whole('export class History { trigger() {} }')],
  '@tarojs/runtime/dist/bom/URL.js': [
    whole('export class TaroURLProvider {}\nexport const parseUrl = () => ({})\nexport { TaroURLProvider as TaroURL }'),
  ],
  '@tarojs/runtime/dist/bom/URLSearchParams.js': [whole('export class URLSearchParams {}')],
}

/** The table of components at run time must be the templates' own: both count attributes in the same order. */
function componentsHead(): string {
  return `const internalComponents = ${JSON.stringify(miniComponents)};\n`
}

/** Replaces a piece of a package. A version that no longer has it fails the build instead of growing quietly. */
function cut(code: string, [piece, by]: Cut, file: string): string {
  if (code.search(piece) < 0) throw new Error(`${file} has changed: ${String(piece)} is not in there any more`)
  return code.replace(piece, by)
}

/** The runtime's half of `mini-templates.ts`, and without what this app never calls. */
export const trimmedRuntime: Plugin = {
  name: 'trimmed-runtime',
  enforce: 'pre',
  transform(code, id) {
    const file = id.replace(/\\/g, '/').split('/node_modules/').pop() ?? ''
    const own = cuts[file]
    if (own === undefined) return null
    return { code: own.reduce((left, one) => cut(left, one, file), code), map: null }
  },
}
