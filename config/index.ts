import path from 'node:path'
import { defineConfig, type UserConfigExport } from '@tarojs/cli'
import development from './dev'
import production from './prod'
import { outputRootOf, readApiBase } from './app-constants'
import { subpackageChunks } from './subpackage-chunks'
import { trimmedRuntime } from './trimmed-runtime'
import { codesOnly, modernOutput, taroAsModule, webRoles } from './vite-plugins'

/** The Taro build: one source tree, three targets, each into its own folder below `dist`. */
export default defineConfig<'vite'>(async (merge) => {
  const target = process.env.TARO_ENV ?? 'weapp'
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
              codesOnly,
              taroAsModule,
              trimmedRuntime,
              subpackageChunks(target === 'qq' ? '.qss' : '.wxss'),
            ],
    },
    plugins: [path.join(__dirname, 'mini-templates.ts')],
    env: { TARO_APP_API_BASE: JSON.stringify(readApiBase(target)) },
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
