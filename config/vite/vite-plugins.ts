import { writeSync } from 'node:fs'
import type { Plugin } from 'vite'

/**
 * Raises the syntax that Taro's Vite runner writes from ES6, so that async functions and spreads stay as they are.
 * Chrome 80 and iOS 12.2, the oldest engines in .browserslistrc, know all of ES2018.
 * Style sheets need those engines by name: for ES2018 alone esbuild folds the four sides of a box into `inset`, which they
 * do not know.
 * @note One string, no list: Vite would join a list with the runner's own target, and the older one would win. The runner
 * has no target for style sheets.
 */
export const modernOutput: Plugin = {
  name: 'modern-output',
  enforce: 'post',
  config: () => ({ build: { target: 'es2018', cssTarget: ['chrome80', 'ios12.2'] } }),
}

/**
 * Gives `@tarojs/taro` to the bundler as an ES module. The package is CommonJS and requires the runtime as a whole, so
 * nothing of it can be left out, not even the HTML parser that `enableInnerHTML: false` means to drop (about 10 KB).
 */
export const taroAsModule: Plugin = {
  name: 'taro-as-module',
  enforce: 'pre',
  transform(_code, id) {
    if (!/[\\/]@tarojs[\\/]taro[\\/]index\.js$/.test(id)) return null
    const code = [
      "import { hooks } from '@tarojs/runtime'",
      "import taro from '@tarojs/api'",
      "if (hooks.isExist('initNativeApi')) hooks.call('initNativeApi', taro)",
      'export default taro',
    ].join('\n')
    // Hooks such as useDidShow are put onto the object at run time: any name is a property of the default export.
    return { code, map: null, syntheticNamedExports: 'default' }
  },
}

/** The sentences of the merchant's refusals stay with the merchant: the app knows the codes, and has words of its own. */
export const codesOnly: Plugin = {
  name: 'codes-only',
  enforce: 'pre',
  transform(code, id) {
    if (!/[\\/]src[\\/]contract[\\/]errors\.ts$/.test(id)) return null
    return { code: code.replace(/, message: '(?:[^'\\]|\\.)*'/g, ''), map: null }
  },
}

/** Roles that only describe: nothing to press, nothing to reach by keyboard. */
const describingRoles =
  /^"(group|radiogroup|tablist|dialog|heading|img|list|listitem|status|alert|text|log|progressbar)"$/

/** A browser calls `aria-role` `role`, and reaches by keyboard only what has a place in the order of tabs. */
export const webRoles: Plugin = {
  name: 'web-roles',
  enforce: 'pre',
  transform(code, id) {
    if (!/[\\/]src[\\/].*\.tsx$/.test(id) || !code.includes('aria-role')) return null
    const written = code.replace(/aria-role=("[a-z]+"|\{[^{}]+\})/g, (_all, role: string) =>
      describingRoles.test(role) ? `role=${role}` : `role=${role} tabindex="0"`,
    )
    return { code: written, map: null }
  },
}

/**
 * Ends a build in watch mode after the first time, well or badly. Taro's development mode exists in watch mode only; without
 * it what is tested would not be what a developer runs.
 */
export const endAfterOne: Plugin = {
  name: 'end-after-one',
  buildEnd: (error) => failWith(error),
  renderError: (error) => failWith(error),
  // Not within the hook: the bundle is reported first.
  closeBundle: () => void setImmediate(() => process.exit(0)),
}

function failWith(error: Error | undefined): void {
  if (error === undefined) return
  writeSync(process.stderr.fd, `${error.message}\n`)
  process.exit(1)
}
