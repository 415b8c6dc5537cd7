import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

/** Our labels say an amount in words, 微信支付，88 元, where the button shows ¥88.00: on purpose. */
const rules = { 'label-content-name-mismatch': { enabled: false } }

/** What axe finds of serious or critical weight in what is on the screen, once nothing moves there any more. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await waitForRest(page)
  await page.evaluate(source)
  const violations = await page.evaluate(async (given) => {
    type Axe = { run(context: Document, options: object): Promise<{ violations: Finding[] }> }
    const { axe } = window as unknown as { axe: Axe }
    return (await axe.run(document, { rules: given })).violations
  }, rules)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
}

/** Halfway through a transition a colour has a contrast that nobody chose. What moves without end is left alone. */
async function waitForRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // What was just clicked begins to move with the next frame.
    await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)))
    const moving = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(moving.map(({ finished }) => finished))
  })
}
