import { element, show } from './page.js'

/** How many rows above and below the window are drawn, too. */
const margin = 8

/**
 * A list that draws only what is in its window, so that ten thousand rows cost as much as thirty. All rows are of one height.
 * `render(row, index)` answers a row's children; `onNearEnd` asks for the next page.
 */
export function createVirtualList(container, rowHeight, { render, attributes = () => ({}), onPick, onNearEnd }) {
  const space = element('div', { class: 'space' })
  container.append(space)
  let rows = []
  let scheduled = false

  function draw() {
    scheduled = false
    space.style.height = `${rows.length * rowHeight}px`
    const first = Math.max(0, Math.floor(container.scrollTop / rowHeight) - margin)
    const last = Math.min(rows.length, Math.ceil((container.scrollTop + container.clientHeight) / rowHeight) + margin)
    const drawn = []
    for (let index = first; index < last; index += 1) {
      const node = element(
        'div',
        { class: 'row', ...attributes(rows[index], index, rows.length) },
        ...render(rows[index]),
      )
      node.style.top = `${index * rowHeight}px`
      node.style.height = `${rowHeight}px`
      node.dataset.index = String(index)
      drawn.push(node)
    }
    show(space, ...drawn)
    if (last > rows.length - margin) onNearEnd?.()
  }

  function schedule() {
    if (scheduled) return
    scheduled = true
    requestAnimationFrame(draw)
  }

  container.addEventListener('scroll', schedule, { passive: true })
  new ResizeObserver(schedule).observe(container)
  container.addEventListener('click', (event) => {
    const index = event.target.closest('.row')?.dataset.index
    if (index !== undefined) onPick?.(rows[Number(index)], Number(index))
  })

  return {
    set(next) {
      rows = next
      schedule()
    },
    draw: schedule,
    /** Brings a row into the window. */
    reveal(index) {
      const top = index * rowHeight
      if (top < container.scrollTop) container.scrollTop = top
      else if (top + rowHeight > container.scrollTop + container.clientHeight)
        container.scrollTop = top + rowHeight - container.clientHeight
      schedule()
    },
  }
}
