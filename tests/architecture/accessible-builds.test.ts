import { readFileSync } from 'node:fs'
import path from 'node:path'
import { distFolder } from '../../config/build-app'
import { ariaAttributes } from '../../config/vite/mini-surface'

/** Taro knows no `aria-*`: an attribute that the templates lack never reaches a phone, whatever the components say. */

const templates = { weapp: 'base.wxml', qq: 'base.qml' } as const
const styles = { weapp: 'app-origin.wxss', qq: 'app-origin.qss' } as const

/** The contrast of a colour on another, in each theme that the style sheet holds. */
function ratiosOf(style: string, ink: string, ground: string): readonly number[] {
  const valuesOf = (name: string): readonly string[] =>
    [...style.matchAll(new RegExp(`${name}:\\s*(#[0-9a-f]{3,6})`, 'gi'))].map(([, value]) => value ?? '')
  const grounds = valuesOf(ground)
  const ratios = valuesOf(ink).map((value, index) => contrast(value, grounds[index] ?? ''))
  expect(ratios.length).toBeGreaterThanOrEqual(2)
  return ratios
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(hex: string): number {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

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

  it('give every placeholder the class that has a readable colour', () => {
    const inputs = [...source.matchAll(/<input ([^>]*)>/g)].map(([, attributes]) => attributes ?? '')
    expect(inputs.length).toBeGreaterThan(0)
    for (const attributes of inputs) expect(attributes).toMatch(/placeholder-class="\{\{[^}]*'hint'[^}]*\}\}"/)
    const style = readFileSync(path.join(distFolder(build), styles[build]), 'utf8')
    const colours = [...style.matchAll(/\.hint\s*\{\s*color:\s*var\((--[\w-]+)\)/g)].map(([, name]) => name)
    expect(colours).toEqual(['--text-3'])
    for (const ratio of ratiosOf(style, '--text-3', '--surface')) expect(ratio).toBeGreaterThanOrEqual(4.5)
  })

  it('cross to the app for taps and inputs only', () => {
    const events = new Set([...source.matchAll(/\s((?:bind|catch)[a-z]+)="eh"/g)].map(([, name]) => name))
    expect([...events].sort()).toEqual(expect.arrayContaining(['bindtap', 'catchtouchmove']))
    expect(events).not.toContain('bindtouchmove')
    expect(events).not.toContain('bindanimationstart')
  })
})
