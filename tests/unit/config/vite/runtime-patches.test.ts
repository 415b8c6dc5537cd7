import { readFileSync } from 'node:fs'
import path from 'node:path'
import { build, type Plugin } from 'esbuild'
import { patchRuntime, runtimePatches, type RuntimePatch } from '../../../../config/vite/runtime-patches'

const root = path.resolve(__dirname, '../../../..')
const modules = path.join(root, 'node_modules')

function patched(patches: readonly RuntimePatch[]): Plugin {
  return {
    name: 'patched',
    setup(context) {
      context.onLoad({ filter: /@tarojs[\\/].*\.js$/ }, ({ path: file }) => {
        const code = readFileSync(file, 'utf8')
        const below = path.relative(modules, file).split(path.sep).join('/')
        return { contents: patchRuntime(below, code, patches) ?? code, loader: 'js' }
      })
    },
  }
}

/** Bytes of the runtime of one host, minified by a bundler that is not the build's. */
async function sizeWith(platform: string, patches: readonly RuntimePatch[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import '@tarojs/plugin-platform-${platform}/dist/runtime'\nexport { document, window, Current } from '@tarojs/runtime'`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2018',
    define: { ENABLE_INNER_HTML: 'false', ENABLE_ADJACENT_HTML: 'false', ENABLE_SIZE_APIS: 'false' },
    logLevel: 'error',
    plugins: [patched(patches)],
  })
  return outputFiles[0]?.contents.length ?? 0
}

describe.each(['weapp', 'qq'])('the runtime of %s', (platform) => {
  it.each(runtimePatches.map((patch) => [patch.name, patch] as const))(
    'grows by what a patch saves when it is taken out: %s',
    async (_name, patch) => {
      const all = await sizeWith(platform, runtimePatches)
      const without = await sizeWith(
        platform,
        runtimePatches.filter((one) => one !== patch),
      )
      expect(without - all).toBeGreaterThanOrEqual(patch.savesAtLeast)
    },
    60_000,
  )
})

it('names the patch, the file and the way on when a new version no longer fits', () => {
  expect(() => patchRuntime('@tarojs/shared/dist/native-apis.js', 'const other = 1')).toThrow(
    /^The runtime patch "calls" no longer fits @tarojs\/shared\/dist\/native-apis\.js: .* Correct it in config\/vite\/runtime-patches\.ts/,
  )
  expect(patchRuntime('@tarojs/runtime/dist/other.js', 'const other = 1')).toBeNull()
})
