import { readFileSync } from 'node:fs'
import path from 'node:path'
import { distFolder } from '../../config/build-app'
import { ariaAttributes } from '../../config/mini-surface'

/** Taro knows no `aria-*`: an attribute that the templates lack never reaches a phone, whatever the components say. */

const templates = { weapp: 'base.wxml', qq: 'base.qml' } as const

describe.each(['weapp', 'qq'] as const)('the templates of dist/%s', (build) => {
  const source = readFileSync(path.join(distFolder(build), templates[build]), 'utf8')
  const views = [...source.matchAll(/<view ([^>]*)>/g)].map(([, attributes]) => attributes ?? '')
  const described = views.filter((attributes) => attributes.includes('aria-role='))

  it('bind each attribute for screen readers to data, on every level that can hold one', () => {
    const levels = new Set([...source.matchAll(/name="tmpl_(\d)_0"/g)].map(([, level]) => level))
    expect(levels.size).toBeGreaterThan(1)
    // Two kinds of view on each level take them: one that is tapped, and one that is not.
    expect(described.length).toBe(levels.size * 2)
    for (const attributes of described) {
      for (const name of ariaAttributes) expect(attributes).toMatch(new RegExp(`${name}="\\{\\{i\\.p\\d+\\}\\}"`))
    }
  })

  it('give each attribute a place of its own', () => {
    const places = ariaAttributes.map(
      (name) => new RegExp(`${name}="\\{\\{i\\.(p\\d+)\\}\\}"`).exec(described[0] ?? '')?.[1],
    )
    expect(new Set(places).size).toBe(ariaAttributes.length)
  })

  it('number the attributes as the runtime does', () => {
    // Both count the same table; one that the build forgot to hand over would shift every number.
    const runtime = readFileSync(path.join(distFolder(build), 'taro.js'), 'utf8')
    for (const name of ariaAttributes) expect(runtime).toContain(name)
    expect(runtime).not.toContain('hover-stop-propagation')
    expect(source).not.toContain('hover-stop-propagation')
  })

  it('cross to the app for taps and inputs only', () => {
    const events = new Set([...source.matchAll(/\s((?:bind|catch)[a-z]+)="eh"/g)].map(([, name]) => name))
    expect([...events].sort()).toEqual(expect.arrayContaining(['bindtap', 'catchtouchmove']))
    expect(events).not.toContain('bindtouchmove')
    expect(events).not.toContain('bindanimationstart')
  })
})
