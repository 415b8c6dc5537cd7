import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { compiledFolder, projectFile } from '../kit/files'

export interface PhoneBundle {
  readonly js: string
  readonly css: string
}

let bundled: Promise<PhoneBundle> | null = null

/** The phone's page script and style, read once per process. */
export function bundlePhone(): Promise<PhoneBundle> {
  bundled ??= bundle().catch((error: unknown) => {
    bundled = null
    throw error
  })
  return bundled
}

async function bundle(): Promise<PhoneBundle> {
  const [js, css] = await Promise.all([
    compiledFolder === null ? compileScript() : readFile(path.join(compiledFolder, 'phone.js'), 'utf8'),
    readFile(projectFile('mock-server/device/frame/phone.css'), 'utf8'),
  ])
  return { js, css }
}

/** As config/servers compiles it, for servers that run from their sources. */
async function compileScript(): Promise<string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [projectFile('mock-server/device/frame/browser.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}
