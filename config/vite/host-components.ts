import type { Plugin } from 'vite'

/** Where Taro's runtime makes the one component that carries on deep pages. */
const maker = /[\\/]@tarojs[\\/]runtime[\\/]dist[\\/]dsl[\\/]common\.js$/
const options = /virtualHost:\s*!\w+/

/** Both mean the same; the second is the older one. */
const isolation = "styleIsolation: 'apply-shared', addGlobalClass: true"

/**
 * Says in a component's script that the styles of its page reach it. Taro says so in the component's JSON only, where QQ
 * does not take it.
 * @see https://github.com/inNENU/miniapp-v5-archive what a published app met with
 */
export const hostComponents: Plugin = {
  name: 'host-components',
  enforce: 'pre',
  transform(code, id) {
    if (!maker.test(id)) return null
    if (!options.test(code)) {
      throw new Error(
        `The options of Taro's recursive component are not where config/vite/host-components.ts knows them.`,
      )
    }
    return { code: code.replace(options, (found) => `${isolation}, ${found}`), map: null }
  },
  generateBundle: {
    // After Taro has written its files.
    order: 'post',
    handler(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.json')) continue
        const { styleIsolation, ...rest } = JSON.parse(String(file.source)) as Record<string, unknown>
        if (styleIsolation !== undefined) file.source = JSON.stringify(rest, null, 2)
      }
    },
  },
}
