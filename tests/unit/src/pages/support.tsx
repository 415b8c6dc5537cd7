import { act, render } from '@testing-library/react'
import type { ComponentType } from 'react'
import { StoresProvider } from '../../../../src/pages/stores-context'
import { phone, resetTaro } from '../../../support/taro/taro'
import { createFakeApp, settled } from '../fakes'

/** Opens a page of a fake app with these parameters, as the host does. */
export async function openPage(
  Page: ComponentType,
  params: Record<string, string> = {},
  app = createFakeApp(),
): Promise<ReturnType<typeof createFakeApp>> {
  resetTaro()
  phone.params = params
  render(
    <StoresProvider value={app.stores}>
      <Page />
    </StoresProvider>,
  )
  await act(settled)
  return app
}

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`#${id} is not on the page: ${document.body.textContent}`)
  return element
}

export function hasId(id: string): boolean {
  return document.getElementById(id) !== null
}

export function textOf(id: string): string {
  return byId(id).textContent ?? ''
}

/** Taps, and waits for everything that follows. */
export async function tap(id: string): Promise<void> {
  await act(async () => {
    byId(id).click()
    await settled()
  })
}
