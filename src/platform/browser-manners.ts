/** What hosts do for a mini program and a browser leaves to the page: keys that press, and a focus that follows the news. */

const pressable = '[role=button],[role=switch],[role=checkbox],[role=radio],[role=tab],[role=link]'

interface OpenDialog {
  readonly dialog: HTMLElement
  /** Kept: a dialog that is closed has none any more. */
  readonly parent: Element
  /** What had the focus before. */
  readonly opener: Element | null
}

/**
 * Presses with Enter or the space bar what is tapped with a finger. Moves the focus into a dialog that opens, keeps what
 * is behind it out of reach, closes it with Escape where it can be closed, and gives the focus back. On a page whose
 * headline is the news, the focus goes to it when the page opens and when it says something else.
 */
export function teachManners(): void {
  let open: OpenDialog | null = null
  let news = ''

  function follow(): void {
    const dialog = onTop('[role=dialog]')
    if (dialog !== open?.dialog) {
      const left = open
      open = null
      if (left !== null) {
        for (const element of besides(left)) element.inert = false
        if (left.opener instanceof HTMLElement) left.opener.focus()
      }
      if (dialog?.parentElement) {
        open = { dialog, parent: dialog.parentElement, opener: document.activeElement }
        dialog.tabIndex = -1
        dialog.focus()
      }
    }
    // What appears behind an open dialog is out of reach, too.
    if (open !== null) for (const element of besides(open)) element.inert = true
    else announce()
  }

  function announce(): void {
    const headline = onTop('#result-status')
    const text = headline?.textContent ?? ''
    if (headline !== null && text !== news) {
      headline.tabIndex = -1
      headline.focus()
    }
    news = text
  }

  const observer = new MutationObserver(follow)
  observer.observe(document.documentElement, {
    childList: true,
    subtree: true,
    characterData: true,
    attributeFilter: ['style'],
  })
  document.addEventListener('keydown', (event) => {
    const { target, key } = event
    if (key === 'Escape') open?.dialog.querySelector<HTMLElement>('#sheet-close')?.click()
    if ((key !== 'Enter' && key !== ' ') || !(target instanceof HTMLElement) || !target.matches(pressable)) return
    event.preventDefault()
    target.click()
  })
}

/** The pages below the present one stay in the document, unseen, and so does what is on them. */
function onTop(selector: string): HTMLElement | null {
  const found = [...document.querySelectorAll<HTMLElement>(selector)]
  return found.reverse().find((element) => element.getClientRects().length > 0) ?? null
}

function besides({ dialog, parent }: OpenDialog): readonly HTMLElement[] {
  return [...parent.children].filter((one): one is HTMLElement => one instanceof HTMLElement && one !== dialog)
}
