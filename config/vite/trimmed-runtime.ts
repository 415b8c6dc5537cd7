import type { Plugin } from 'vite'
import { patchRuntime } from './runtime-patches'

/** The runtime's half of `mini-templates.ts`, and without what this app never calls. */
export const trimmedRuntime: Plugin = {
  name: 'trimmed-runtime',
  enforce: 'pre',
  transform(code, id) {
    const file = id.replace(/\\/g, '/').split('/node_modules/').pop() ?? ''
    const patched = patchRuntime(file, code)
    return patched === null ? null : { code: patched, map: null }
  },
}
