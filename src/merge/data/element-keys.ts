import type { CollectionRule } from './data-rules.ts'
import { keyNoteSeparator, type DataCollection, type DataItem, type DataNode } from './data-node.ts'

/** Fields that tell the elements of a list apart, where no rule says more. */
const identityFields = ['id', 'name', 'key'] as const

/** Keys of the elements of each list, by which they stand for each other. */
export interface ElementKeys {
  readonly base: readonly string[]
  readonly left: readonly string[]
  readonly right: readonly string[]
}

type Lists = {
  readonly base: DataCollection | undefined
  readonly left: DataCollection
  readonly right: DataCollection
}

/** So many elements are not in order by chance. */
const sortedCount = 5

/**
 * Keys of elements whose order does not count, if the rule says so, or if they are sorted on all sides, and each key stands once;
 * undefined otherwise.
 */
export function unorderedKeys(rule: CollectionRule | undefined, lists: Lists): ElementKeys | undefined {
  return rule === 'ordered' ? undefined : (ruledKeys(rule, lists) ?? sortedKeys(lists))
}

function ruledKeys(rule: Exclude<CollectionRule, 'ordered'> | undefined, lists: Lists): ElementKeys | undefined {
  if (rule === undefined || (typeof rule === 'object' && !('by' in rule))) return undefined
  if (rule === 'set') return keysOf(lists, isPlain)
  if (rule === 'requirements') return keysOf(lists, requirementName)
  return keysOf(lists, (node) => fieldsOf(node, rule.by))
}

function sortedKeys(lists: Lists): ElementKeys | undefined {
  const { base, left, right } = lists
  const areSorted = base && base.items.length >= sortedCount && [base, left, right].every(isSortedList)
  return areSorted ? keysOf(lists, isPlain) : undefined
}

/** Keys of elements that are maps with an identity field, each once; undefined for other lists. */
export function identityKeys(rule: CollectionRule | undefined, { base, left, right }: Lists): ElementKeys | undefined {
  const keys = uniqueIdentities(rule, [base?.items ?? [], left.items, right.items])?.keys
  return keys && { base: keys[0]!, left: keys[1]!, right: keys[2]! }
}

/** The keys of all these lists by the first identity field that suits them. */
export function uniqueIdentities(
  rule: CollectionRule | undefined,
  lists: readonly (readonly DataItem[])[],
): { readonly field: string; readonly keys: readonly (readonly string[])[] } | undefined {
  const fields = typeof rule === 'object' && 'inOrder' in rule ? rule.inOrder : identityFields
  for (const field of fields) {
    const keys = lists.map((items) => uniqueKeys(items, (node) => fieldsOf(node, [field])))
    if (keys.every((some) => some !== undefined)) return { field, keys }
  }
  return undefined
}

/** The key by which the rule, or the first identity field that suits them, tells apart all elements of each of these lists. */
export function tellingKey(
  rule: CollectionRule | undefined,
  lists: readonly (readonly DataItem[])[],
): ((node: DataNode) => string | undefined) | undefined {
  return keysFor(rule).find((keyOf) => lists.every((items) => uniqueKeys(items, keyOf)))
}

function keysFor(rule: CollectionRule | undefined): readonly ((node: DataNode) => string | undefined)[] {
  if (rule === 'set') return [isPlain]
  if (rule === 'requirements') return [requirementName]
  if (rule === 'ordered' || (typeof rule === 'object' && 'ifBoth' in rule)) return []
  const by = (fields: readonly string[]) => (node: DataNode) => fieldsOf(node, fields)
  if (rule && 'inOrder' in rule) return rule.inOrder.map((field) => by([field]))
  return [...(rule ? [rule.by] : []), ...identityFields.map((field) => [field])].map(by)
}

function keysOf({ base, left, right }: Lists, keyOf: (node: DataNode) => string | undefined): ElementKeys | undefined {
  const all = [base?.items ?? [], left.items, right.items].map((items) => uniqueKeys(items, keyOf))
  const [ofBase, ofLeft, ofRight] = all
  return ofBase && ofLeft && ofRight ? { base: ofBase, left: ofLeft, right: ofRight } : undefined
}

function uniqueKeys(
  items: readonly DataItem[],
  keyOf: (node: DataNode) => string | undefined,
): readonly string[] | undefined {
  const keys = items.map(({ value }) => keyOf(value))
  return keys.includes(undefined) || new Set(keys).size < keys.length ? undefined : (keys as string[])
}

function isSortedList({ items }: DataCollection): boolean {
  return items.every(({ value }, i) => i === 0 || bare(items[i - 1]!.value.text) < bare(value.text))
}

/** Of a set: scalars; a pattern with `!` depends on those before it, so that its list is none. */
function isPlain(node: DataNode): string | undefined {
  return node.kind === 'scalar' && !node.isBlock && !/^["']?!/.test(node.text)
    ? named(bare(node.text), node.id)
    : undefined
}

function bare(text: string): string {
  return text.replace(/^["']|["']$/g, '')
}

/** `requests[socks] >= 2; os_name == 'nt'` is about `requests` there, `KEY=value` about `KEY`. */
function requirementName(node: DataNode): string | undefined {
  if (node.kind !== 'scalar' || node.text.includes('\n')) return undefined
  const [, name, rest = ''] = /^["']?([A-Za-z0-9][\w.-]*)([^]*)$/.exec(node.text) ?? []
  const marker = rest.includes(';') ? bare(rest.slice(rest.indexOf(';') + 1)).trim() : ''
  return name && `${name.toLowerCase().replace(/[-_.]+/g, '-')}${marker && `;${marker}`}`
}

function fieldsOf(node: DataNode, fields: readonly string[]): string | undefined {
  const found: (DataNode | undefined)[] = []
  for (const field of fields) {
    const isOptional = field.endsWith('?')
    const inner = fieldOf(node, (isOptional ? field.slice(0, -1) : field).split('.'))
    if (!inner && !isOptional) return undefined
    found.push(inner)
  }
  const text = found.map((inner) => (inner?.kind === 'scalar' ? bare(inner.text) : '')).join(' ')
  return named(text.trim(), ...found.map((inner) => inner?.id ?? -1))
}

/** A key that reads well and is another for other values. */
function named(text: string, ...ids: readonly number[]): string {
  return `${text}${keyNoteSeparator}${ids.join()}`
}

function fieldOf(node: DataNode, path: readonly string[]): DataNode | undefined {
  let inner: DataNode | undefined = node
  for (const name of path)
    inner = inner?.kind === 'map' ? inner.items.find(({ key }) => key === name)?.value : undefined
  return inner
}

/** Do two nodes share at least half of their entries or elements, so that one may be taken for the other after a change? */
export function areSimilar(one: DataNode, other: DataNode): boolean {
  if (one.kind === 'scalar' || one.kind !== other.kind) return false
  const keyOf =
    one.kind === 'map' ? ({ key, value }: DataItem) => `${key} ${value.id}` : ({ value }: DataItem) => `${value.id}`
  const known = new Set(one.items.map(keyOf))
  const shared = other.items.filter((item) => known.has(keyOf(item))).length
  return shared > 0 && shared * 2 >= Math.max(one.items.length, other.items.length)
}
