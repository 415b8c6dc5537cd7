/** Keyboard and focus: hosts take care of them for a mini program, a browser leaves them to the page. */

const pressable = '[role=button],[role=switch],[role=checkbox],[role=radio],[role=tab],[role=link]'

interface OpenDialog {
  readonly dialog: HTMLElement
  /** Stored, because a closed dialog no longer has a parent. */
  readonly parent: Element
  /** The element that had the focus before. */
  readonly opener: Element | null
}

/**
 * Enter and the space bar press what a finger taps. When a dialog opens, the focus moves into it, and the page behind it
 * cannot be reached; Escape closes the dialog where that is possible, and the focus goes back. On the result page, the
 * focus moves to the headline when the page opens and when the headline changes.
 */
export function manageKeysAndFocus(): void {
  let open: OpenDialog | null = null
  let headlineText = ''

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
    // New elements behind an open dialog must not be reachable either.
    if (open !== null) for (const element of besides(open)) element.inert = true
    else focusHeadline()
  }

  function focusHeadline(): void {
    const headline = onTop('#result-status')
    const text = headline?.textContent ?? ''
    if (headline !== null && text !== headlineText) {
      headline.tabIndex = -1
      headline.focus()
    }
    headlineText = text
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

/** Finds the visible element: pages below the present one stay in the document, hidden. */
function onTop(selector: string): HTMLElement | null {
  const found = [...document.querySelectorAll<HTMLElement>(selector)]
  return found.reverse().find((element) => element.getClientRects().length > 0) ?? null
}

function besides({ dialog, parent }: OpenDialog): readonly HTMLElement[] {
  return [...parent.children].filter((one): one is HTMLElement => one instanceof HTMLElement && one !== dialog)
}
