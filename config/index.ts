import { writeSync } from 'node:fs'
import path from 'node:path'
import { defineConfig, type UserConfigExport } from '@tarojs/cli'
import development from './dev'
import production from './prod'
import { outputRootOf, readConstants, type AppConstants } from './app-constants'
import type { AppJsonOptions } from './vite/app-json'
import { hostComponents } from './vite/host-components'
import { preactView } from './vite/preact-view'
import { subpackageChunks } from './vite/subpackage-chunks'
import { trimmedRuntime } from './vite/trimmed-runtime'
import { codesOnly, endAfterOne, modernOutput, taroAsModule, webRoles } from './vite/vite-plugins'

/** Taro would bury the one line that matters below a stack, and say above it that there is no config. */
function constantsOrEnd(target: string): AppConstants {
  try {
    return readConstants(target)
  } catch (error) {
    writeSync(process.stderr.fd, `${error instanceof Error ? error.message : String(error)}\n`)
    return process.exit(1)
  }
}

/** The Taro build: one source tree, three targets, each into its own folder below `dist`. */
export default defineConfig<'vite'>(async (merge) => {
  const target = process.env.TARO_ENV ?? 'weapp'
  const constants = constantsOrEnd(target)
  const plugin = (name: string): string => path.join(__dirname, name)
  const common: UserConfigExport<'vite'> = {
    projectName: 'wechat-pay-miniprogram',
    designWidth: 750,
    deviceRatio: { 750: 1 },
    sourceRoot: 'src',
    outputRoot: outputRootOf(target),
    framework: 'react',
    compiler: {
      type: 'vite',
      vitePlugins:
        target === 'h5'
          ? [modernOutput, codesOnly, webRoles]
          : [
              modernOutput,
              preactView,
              codesOnly,
              taroAsModule,
              trimmedRuntime,
              ...(target === 'qq' ? [hostComponents] : []),
              subpackageChunks(target === 'qq' ? '.qss' : '.wxss'),
              ...(process.env.TARO_WATCH_ONCE === 'true' ? [endAfterOne] : []),
            ],
    },
    plugins: [
      plugin('vite/mini-templates.ts'),
      plugin('vite/boxless-component.ts'),
      ...(target === 'weapp' || target === 'qq'
        ? [
            [plugin('vite/app-json.ts'), { target, hasWallet: constants.TARO_APP_WALLET === 'simulated' }] as [
              string,
              AppJsonOptions,
            ],
          ]
        : []),
    ],
    env: Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
    defineConstants: {},
    copy: { patterns: [], options: {} },
    mini: {
      // Deeper nesting than our pages have would cost a template level each in base.wxml.
      ...{ baseLevel: 4 },
      minifyXML: { collapseWhitespace: true },
      runtime: { enableInnerHTML: false },
      postcss: { pxtransform: { enable: true, config: {} } },
    },
    h5: {
      publicPath: '/',
      // Result addresses are handed to WeChat Pay as redirect_url: they must not need a fragment.
      router: { mode: 'browser' },
      enableSourceMap: false,
      postcss: { autoprefixer: { enable: true, config: {} } },
    },
  }
  return merge({}, common, process.env.NODE_ENV === 'development' ? development : production)
})
