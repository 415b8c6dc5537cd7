import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'

export interface PhoneBundle {
  readonly js: string
  readonly css: string
}

let bundled: Promise<PhoneBundle> | null = null

/** Bundles the phone's page script and style, once per process. */
export function bundlePhone(): Promise<PhoneBundle> {
  bundled ??= bundle().catch((error: unknown) => {
    bundled = null
    throw error
  })
  return bundled
}

async function bundle(): Promise<PhoneBundle> {
  const folder = path.join(__dirname, 'frame')
  const [{ outputFiles }, css] = await Promise.all([
    build({
      entryPoints: [path.join(folder, 'browser.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      charset: 'utf8',
      logLevel: 'silent',
    }),
    readFile(path.join(folder, 'phone.css'), 'utf8'),
  ])
  return { js: outputFiles[0]?.text ?? '', css }
}
