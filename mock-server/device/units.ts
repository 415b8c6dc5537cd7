/**
 * Turns the units that only mini programs and viewports know into variables of the phone: a phone on a page is narrower
 * than the browser, so `vw`, `vh` and `env(safe-area-inset-…)` would mean the wrong thing.
 */
export function toPhoneUnits(css: string): string {
  return css
    .replace(/(?:env|constant)\(\s*safe-area-inset-(top|right|bottom|left)\s*(?=[,)])/g, 'var(--safe-$1')
    .replace(
      /(^|[\s:,(+*/-])(-?(?:\d+(?:\.\d*)?|\.\d+))(rpx|vw|vh)(?![\w-])/gi,
      (_all, before: string, number: string, unit: string) => `${before}calc(${number} * var(--${unit.toLowerCase()}))`,
    )
}

/** Names of the elements that stand for mini-program tags. What is not listed becomes `wx-<tag>`. */
export const domNames: Readonly<Record<string, string>> = {
  image: 'img',
  button: 'button',
  input: 'input',
  textarea: 'textarea',
  switch: 'input',
  checkbox: 'input',
  radio: 'input',
  label: 'label',
  form: 'form',
}

/** The DOM's name for a mini-program tag, in documents and in selectors alike. */
export function toDomName(tag: string): string {
  return domNames[tag] ?? `wx-${tag}`
}
