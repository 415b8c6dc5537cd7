import bcd, { type Identifier, type SimpleSupportStatement } from '@mdn/browser-compat-data'
import DoIUse from 'doiuse'
import postcss, { type AtRule, type Declaration, type Node, type Rule } from 'postcss'
import { allBrowsers, compareVersions, readFloor } from './floor'

/**
 * What of a style sheet the oldest engines do not know, by two sources that do not copy one another: caniuse, as doiuse reads
 * it (what it calls missing altogether), and MDN's data: properties, their keywords, at-rules, media features and selectors.
 */

export interface YoungCss {
  /** As the exceptions name it: `overflow-wrap: anywhere`, `@media prefers-color-scheme`, `caniuse flexbox-gap`. */
  readonly feature: string
  /** Where: a selector, or an at-rule. */
  readonly at: string
  /** What else the same rule declares, as `property: value`: a fallback may be among it. */
  readonly beside: readonly string[]
}

const floor = readFloor()
const { properties = {}, selectors = {}, 'at-rules': atRules = {} } = bcd.css

/** @throws Error where it is no CSS */
export function findYoungCss(text: string): readonly YoungCss[] {
  const found: YoungCss[] = []
  const report = (feature: string, node: Node): void =>
    void found.push({ feature, at: placeOf(node), beside: besideOf(node) })
  const byCaniuse = new DoIUse({
    browsers: allBrowsers,
    onFeatureUsage: ({ feature, featureData, usage }) => {
      if (featureData.missing) report(`caniuse ${feature}`, usage)
    },
  })
  const { root } = postcss([byCaniuse.postcss]).process(text, { from: undefined })
  if (root.type === 'root') {
    root.walkDecls((declaration) => lookUpDeclaration(declaration, report))
    root.walkAtRules((rule) => lookUpAtRule(rule, report))
    root.walkRules((rule) => lookUpSelector(rule, report))
  }
  return found
}

type Report = (feature: string, node: Node) => void

function lookUpDeclaration(declaration: Declaration, report: Report): void {
  const { prop, value } = declaration
  const [, prefix = '', name = ''] = /^(-(?:webkit|moz|ms)-)?(.*)$/.exec(prop) ?? []
  // Custom properties have any name; a name that MDN does not know is some engine's own.
  const known = properties[prop] ?? properties[name]
  if (prop.startsWith('--') || known === undefined) return
  if (isYoung(known, properties[prop] ? '' : prefix)) report(prop, declaration)
  const words = value.replace(/url\([^)]*\)|"[^"]*"|'[^']*'/g, '').match(/[a-z][a-z-]*/gi) ?? []
  for (const word of words) if (isYoung(known[word])) report(`${prop}: ${word}`, declaration)
  // Gaps of grids are old, those of flex boxes are not; a rule that makes no grid is taken to be about a flex box.
  const isGap = /^(row-|column-)?gap$/.test(prop)
  if (isGap && !besideOf(declaration).includes('display: grid') && isYoung(known['flex_context'])) {
    report(`${prop} of a flex box`, declaration)
  }
}

function lookUpAtRule(rule: AtRule, report: Report): void {
  const known = atRules[rule.name]
  if (isYoung(known)) report(`@${rule.name}`, rule)
  for (const [, feature = ''] of rule.params.matchAll(/\(\s*([a-z-]+)/g)) {
    if (isYoung(known?.[feature])) report(`@${rule.name} ${feature}`, rule)
  }
}

function lookUpSelector(rule: Rule, report: Report): void {
  for (const [pseudo, name = ''] of rule.selector.matchAll(/::?([a-z-]+)/g)) {
    if (isYoung(selectors[name])) report(pseudo, rule)
  }
}

/** Whether one of the floor's engines lacks it, or has it under another prefix only. */
function isYoung(feature: Identifier | undefined, prefix = ''): boolean {
  const support = feature?.__compat?.support
  if (support === undefined) return false
  return [...floor].some(([browser, version]) => {
    const statements = [support[browser] ?? []].flat()
    return statements.length > 0 && !statements.some((one) => covers(one, version, prefix))
  })
}

function covers(statement: SimpleSupportStatement, version: string, prefix: string): boolean {
  const { version_added: added, version_removed: removed, flags, alternative_name } = statement
  if (added === false || added === 'preview' || flags !== undefined || alternative_name !== undefined) return false
  if ((statement.prefix ?? '') !== prefix) return false
  const isRemoved = typeof removed === 'string' && compareVersions(removed, version) <= 0
  return !isRemoved && compareVersions(added.replace('≤', ''), version) <= 0
}

function placeOf(node: Node): string {
  if (node.type === 'decl') return node.parent === undefined ? '' : placeOf(node.parent)
  if (node.type === 'rule') return (node as Rule).selector
  return node.type === 'atrule' ? `@${(node as AtRule).name} ${(node as AtRule).params}` : ''
}

function besideOf(node: Node): readonly string[] {
  const rule = node.type === 'decl' ? node.parent : node
  if (rule === undefined || !('nodes' in rule)) return []
  return ((rule as Rule).nodes ?? []).flatMap((one) => (one.type === 'decl' ? [`${one.prop}: ${one.value}`] : []))
}
