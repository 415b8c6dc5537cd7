import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import type { LocalStack } from '../../../mock-server/local/local-stack'
import { deadlineMs } from '../browser'
import type { Shop, StackAddresses } from './shared-process'

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const url = process.env['SHARED_URL']
  if (url === undefined) throw new Error('Only tests of the e2e project have this: its globalSetup starts it.')
  const answer = await fetch(`${url}/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return JSON.parse(text) as T
}

/** The whole stack on free ports, nothing kept on disk. Its keys are those of the run. */
export async function startTestStack(shop: Shop = {}): Promise<LocalStack> {
  const { id, addresses } = await ask<{ id: string; addresses: StackAddresses }>('POST', 'stacks', shop)
  return { ...addresses, close: () => ask('DELETE', `stacks/${id}`) }
}

/** Puts the keys of the run into a data folder: a program that starts on it need not make any, which takes a second. */
export async function writeKeys(folder: string): Promise<void> {
  writeFileSync(path.join(folder, 'installation.json'), JSON.stringify(await ask('GET', 'keys')), { mode: 0o600 })
}

/** Connects to the browser of the run. Closing it closes what was opened over this connection. */
export async function connectBrowser(): Promise<Browser> {
  const { wsEndpoint } = await ask<{ wsEndpoint: string }>('GET', `browsers/${process.env['JEST_WORKER_ID'] ?? '1'}`)
  return chromium.connect(wsEndpoint, { timeout: deadlineMs })
}
