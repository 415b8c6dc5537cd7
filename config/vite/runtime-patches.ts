import { miniComponents, promisedCalls } from './mini-surface'

/** What is taken out of Taro's runtime: one named patch for each idea, to be left out alone by its name. */

/** A piece of a file and what replaces it. */
export type Cut = readonly [piece: RegExp, by: string]

export interface RuntimePatch {
  /** What the build says when a new Taro no longer fits it. */
  readonly name: string
  /** Why the app does without. */
  readonly why: string
  /** Minified bytes that a bundle of the runtime loses; a test takes the patch out and measures. */
  readonly savesAtLeast: number
  /** By file below node_modules, the pieces in their order. */
  readonly files: Readonly<Record<string, readonly Cut[]>>
}

/** Styles that components set one by one; all others come from classes. Custom properties need no entry. */
const ownStyles = ['width']

/** Replaces the whole content of a file. */
const whole = (by: string): readonly Cut[] => [[/^[\s\S]*$/, by]]

const noOwnComponents: Cut = [/mergeInternalComponents\(components(\$1)?\);/g, '']
const noOwnCalls: Cut = [/const (needPromiseApis|asyncApis) = new Set\(\[[\s\S]*?\]\);/g, 'const $1 = [];']

export const runtimePatches: readonly RuntimePatch[] = [
  {
    name: 'components',
    // At run time the table must equal the templates' own: both count attributes in the same order.
    why: 'the app uses a few of the hosts’ components; the templates know only these (mini-templates.ts)',
    savesAtLeast: 9_000,
    files: {
      // The template writer's half of the file is never used at run time: its names stay, empty, for who exports them on.
      '@tarojs/shared/dist/components.js': [
        [
          /^[\s\S]*?(?=const controlledComponent)/,
          `const internalComponents = ${JSON.stringify(miniComponents)};\nconst animation = {}, touchEvents = {}, singleQuote = {};\n`,
        ],
      ],
      '@tarojs/plugin-platform-weapp/dist/runtime.js': [noOwnComponents],
      '@tarojs/plugin-platform-qq/dist/runtime.js': [noOwnComponents],
    },
  },
  {
    name: 'calls',
    why: 'promises are made only for the calls of the host that the app makes',
    savesAtLeast: 2_000,
    files: {
      '@tarojs/shared/dist/native-apis.js': [
        [
          /const needPromiseApis = new Set\(\[[\s\S]*?\]\);/,
          `const needPromiseApis = new Set(${JSON.stringify(promisedCalls)});`,
        ],
      ],
      '@tarojs/plugin-platform-weapp/dist/runtime.js': [noOwnCalls],
      '@tarojs/plugin-platform-qq/dist/runtime.js': [noOwnCalls],
    },
  },
  {
    name: 'styles',
    why: 'a setter for every style is not needed: the app sets `width` only',
    savesAtLeast: 3_000,
    files: {
      '@tarojs/runtime/dist/dom/style_properties.js': whole(
        `export const styleProperties = ${JSON.stringify(ownStyles)}`,
      ),
    },
  },
  {
    name: 'anchor',
    why: 'a mini program has no links',
    savesAtLeast: 400,
    files: {
      '@tarojs/runtime/dist/dom/anchor-element.js': whole(
        "import { TaroElement } from './element.js'\nexport class AnchorElement extends TaroElement {}",
      ),
    },
  },
  {
    name: 'performance log',
    why: 'nobody reads it',
    savesAtLeast: 500,
    files: { '@tarojs/runtime/dist/perf.js': whole('export const perf = { start() {}, stop() {}, parseTime() {} }') },
  },
  {
    name: 'location',
    why: 'a mini program has no address bar of its own; without a location nothing asks for URL either',
    savesAtLeast: 4_000,
    files: {
      '@tarojs/runtime/dist/bom/location.js': whole('export class Location { trigger() {} }'),
      '@tarojs/runtime/dist/bom/URL.js': whole(
        'export class TaroURLProvider {}\nexport const parseUrl = () => ({})\nexport { TaroURLProvider as TaroURL }',
      ),
      '@tarojs/runtime/dist/bom/URLSearchParams.js': whole('export class URLSearchParams {}'),
    },
  },
  {
    name: 'history',
    why: 'the host keeps the stack of pages',
    savesAtLeast: 1_500,
    files: { '@tarojs/runtime/dist/bom/history.js': whole('export class History { trigger() {} }') },
  },
]

/**
 * Cuts a file of the runtime to size.
 * @param file below node_modules, with forward slashes
 * @returns null where no patch names the file
 * @throws where a piece is not in the file: a new version of Taro fails the build instead of growing quietly
 */
export function patchRuntime(file: string, code: string, patches: readonly RuntimePatch[] = runtimePatches) {
  let left: string | null = null
  for (const { name, files } of patches)
    for (const [piece, by] of files[file] ?? []) {
      const before: string = left ?? code
      if (before.search(piece) < 0)
        throw new Error(
          `The runtime patch "${name}" no longer fits ${file}: ${String(piece)} is not in it. Correct it in config/vite/runtime-patches.ts, or take the patch out there.`,
        )
      left = before.replace(piece, by)
    }
  return left
}
